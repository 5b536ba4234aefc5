import express from 'express'
import type { Express } from 'express'
import { accessCalls } from './access-calls.ts'
import { alarmCalls } from './alarm-calls.ts'
import { commandCalls } from './command-calls.ts'
import { contractCalls } from './contract-calls.ts'
import { deviceCalls } from './device-calls.ts'
import { mountCalls } from './exchange.ts'
import { answerFailures } from './failures.ts'
import { flowCalls } from './flow-calls.ts'
import { flowRightCalls } from './flow-right-calls.ts'
import { securityHeaders } from './headers.ts'
import type { ApiHouse } from './house.ts'
import { importCall } from './import-call.ts'
import { machineCalls } from './machine-calls.ts'
import { measureRequests } from './metrics.ts'
import { placeCalls } from './place-calls.ts'
import { Problem } from './problem.ts'
import { ruleCalls } from './rule-calls.ts'
import { screens } from './screens.ts'

/** The whole of HTTP but the live link: the calls of the contract, and the screens. Listens to nothing: give it to a server. */
export function createApi(house: ApiHouse): Express {
  const app = express()
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple').set('trust proxy', house.trustProxy)
  app.enable('case sensitive routing')
  app.use(securityHeaders(), measureRequests(house.metrics))
  mountCalls(app, house.identify, {
    ...accessCalls(house),
    ...flowRightCalls(house),
    ...flowCalls(house),
    ...placeCalls(house),
    ...deviceCalls(house),
    ...importCall(house),
    ...commandCalls(house),
    ...alarmCalls(house),
    ...ruleCalls(house),
    ...contractCalls(),
    ...machineCalls(house)
  })
  app.use(house.editor.serve)
  app.use(screens(house.screens))
  app.use((request) => {
    throw new Problem('no-such-call', `nothing answers to ${request.method} ${request.path}`)
  })
  app.use(answerFailures(house.log))
  return app
}
