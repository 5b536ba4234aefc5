import type { PlatformAccess } from '../../messages.ts'
import { AlarmLine } from './alarm-line.ts'
import { PlatformApi } from './api.ts'
import { FlowFault } from './fault.ts'
import type { Red, RedNode } from './red.ts'
import { ReportLine } from './report-line.ts'

/** One way to the platform, shared by all nodes that name the same configuration node. */
export class PlatformLink {
  readonly api: PlatformApi
  readonly alarms: AlarmLine
  readonly reports: ReportLine

  constructor(access: PlatformAccess) {
    this.api = new PlatformApi(access)
    this.alarms = new AlarmLine(access, this.api)
    this.reports = new ReportLine(access, this.api)
  }

  async stop(): Promise<void> {
    this.alarms.stop()
    await this.reports.stop()
  }
}

/** The configuration node `gatehouse`. */
export interface GatehouseNode extends RedNode {
  readonly link: PlatformLink
}

/** The way to the platform that this node was given; shows and says what is wrong where there is none. */
export function linkOf(red: Red, node: RedNode, id: unknown): PlatformLink | null {
  const { link } = (red.nodes.getNode(id) ?? {}) as Partial<GatehouseNode>
  if (link) return link
  const fault = new FlowFault('bad-input', 'gatehouse is missing: choose or add a connection to the platform in the node')
  node.status({ fill: 'red', shape: 'ring', text: 'gatehouse?' })
  node.error(fault)
  // Nothing that comes in is lost without a word.
  node.on('input', (_message, _send, done) => done(fault))
  return null
}
