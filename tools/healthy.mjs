// Asks the platform in the same container whether it is alive: exit code 0 when it is, 1 with the reason when it is not.
// The port and the protocol are taken from the platform's own settings.
import { get as getPlain } from 'node:http'
import { get as getSecure } from 'node:https'

const DEADLINE = 4_000
const tls = process.env.HTTPS === 'on'
const port = Number(process.env.HTTP_PORT || 3000)

function fail(reason) {
  console.error(reason)
  process.exit(1)
}

// The certificate is made for the name that users know and not for the loopback address.
const options = { host: '127.0.0.1', port, path: '/healthz', timeout: DEADLINE, ...(tls ? { rejectUnauthorized: false } : {}) }
const request = (tls ? getSecure : getPlain)(options, (answer) => {
  answer.resume()
  if (answer.statusCode === 200) process.exit(0)
  fail(`/healthz answers ${answer.statusCode}`)
})
request.once('timeout', () => fail(`/healthz does not answer within ${DEADLINE} ms`))
request.once('error', (error) => fail(`/healthz: ${error.message}`))
