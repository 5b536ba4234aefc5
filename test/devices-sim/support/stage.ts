import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TinyBroker } from './broker.ts'
import { TinySite } from './site.ts'

/** What the command of the simulator runs against: a platform of the fewest calls, a broker, and a folder for its files. */
export interface SimStage {
  readonly site: TinySite
  readonly broker: TinyBroker
  readonly folder: string
  /** The arguments that lead it there: one compound of ten homes. */
  readonly common: string[]
  readonly close: () => Promise<void>
}

export async function openStage(): Promise<SimStage> {
  const [site, broker] = [new TinySite(), new TinyBroker()]
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-sim-test-'))
  await broker.open()
  site.mqttPort = broker.port
  await site.open()
  return {
    site, broker, folder,
    common: ['--url', site.url, '--token', 'secret', '--tokens', join(folder, 'tokens.json'), '--compounds', '1', '--homes', '10'],
    close: async () => {
      await site.close()
      await broker.close()
      await rm(folder, { recursive: true })
    }
  }
}
