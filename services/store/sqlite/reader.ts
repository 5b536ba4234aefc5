/** The reader's thread: a long question holds up other questions, and nothing else. */
import { serveThread } from '../../kernel/thread.ts'
import type { DeviceView } from '../ports.ts'
import { HistoryReader } from './read-history.ts'
import { OperationsReader } from './read-operations.ts'
import type { DevicePresence } from './read-operations.ts'
import type { ReaderLink } from './reader-link.ts'

await serveThread<ReaderLink>(({ dataDir }) => {
  const operations = new OperationsReader(dataDir)
  const history = new HistoryReader(dataDir)
  // Field by field: the hash of its token does not leave this thread.
  const viewOf = ({ id, kind, compound, gateway, location, model, enrolledAt, online, lastSeenAt }: DevicePresence): DeviceView =>
    ({ id, kind, compound, gateway, location, model, enrolledAt, online, lastSeenAt, latest: history.latest(id, enrolledAt) })
  return {
    calls: {
      alarms: ([filter, paging]) => operations.alarms(filter, paging),
      alarm: ([id]) => operations.alarm(id),
      devices: ([filter, paging]) => {
        const { items, next } = operations.devices(filter, paging)
        return { items: items.map(viewOf), next }
      },
      device: ([id]) => {
        const device = operations.device(id)
        return device && viewOf(device)
      },
      quarantine: ([filter, paging]) => operations.quarantine(filter, paging),
      commands: ([device, paging]) => operations.commands(device, paging),
      command: ([id]) => operations.command(id),
      connections: ([device, range, paging]) => operations.connections(device, range, paging),
      readings: ([device, field, from, to, points]) => ({ source: 'embedded', points: history.readings(device, field, from, to, points) }),
      events: ([device, range, paging]) => history.events(device, range, paging),
      directory: () => operations.directory(),
      passed: () => operations.passed()
    },
    told: () => undefined,
    stop: () => {
      operations.close()
      history.close()
    }
  }
})
