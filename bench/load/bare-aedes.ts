/** Aedes as it comes, memory alone, for comparison. Argument: port. */
import { createServer } from 'node:net'
import { Aedes } from 'aedes'

const aedes = await Aedes.createBroker()
createServer({ noDelay: true }, (socket) => void aedes.handle(socket)).listen(Number(process.argv[2]), '127.0.0.1')
