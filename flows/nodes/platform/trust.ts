import { X509Certificate } from 'node:crypto'
import { Agent } from 'node:https'

/**
 * What believes this certificate (PEM, the site's own first) and no other. By what it is and not by its name: the platform is reached at an address
 * within this machine. Null: who is believed is the system's to say.
 */
export function trusting(certificate: string | null): Agent | null {
  if (certificate === null) return null
  const { raw } = new X509Certificate(certificate)
  return new Agent({
    ca: certificate, allowPartialTrustChain: true, keepAlive: true,
    checkServerIdentity: (_host, shown) => shown.raw.equals(raw) ? undefined : new Error('this is another certificate than the platform’s')
  })
}
