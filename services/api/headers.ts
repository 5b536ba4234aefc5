import type { RequestHandler } from 'express'
import helmet from 'helmet'

const COMMON = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'self'"],
      'script-src': ["'self'"],
      // antd writes its styles into the page as it runs.
      'style-src': ["'self'", "'unsafe-inline'"],
      'img-src': ["'self'", 'data:', 'blob:'],
      'font-src': ["'self'", 'data:'],
      // Browsers differ on whether 'self' covers WebSockets of the same host.
      'connect-src': ["'self'", 'ws:', 'wss:'],
      'worker-src': ["'self'", 'blob:'],
      'object-src': ["'none'"],
      'base-uri': ["'self'"],
      'form-action': ["'self'"],
      'frame-ancestors': ["'none'"]
    }
  },
  frameguard: { action: 'deny' as const }
}

/** Security headers for every answer; browsers are told to insist on HTTPS only by an answer that came that way. */
export function securityHeaders(): RequestHandler {
  const plain = helmet({ ...COMMON, strictTransportSecurity: false })
  const secure = helmet({ ...COMMON, strictTransportSecurity: { maxAge: 180 * 24 * 3600, includeSubDomains: false } })
  return (request, response, next) => (request.secure ? secure : plain)(request, response, next)
}
