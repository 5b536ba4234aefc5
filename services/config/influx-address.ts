/** InfluxDB as it was set. */
export interface InfluxSetting {
  readonly protocol: 'http' | 'https'
  readonly host: string
  readonly port: number
  /** Before the calls' own path; empty or `/…` without a slash at its end. */
  readonly path: string
  readonly database: string
  readonly login: { readonly type: 'none' } | { readonly type: 'password'; readonly user: string; readonly password: string } | { readonly type: 'token'; readonly token: string }
  readonly insecure: boolean
}

const PORT = 8086
const DATABASE = 'gatehouse'

/**
 * Reads INFLUX_URL: `http[s]://[user:password@]host[:8086][/path]/database[?token=…]`. A text says what is wrong; it never repeats
 * what was given, for there is a password in it.
 */
export function parseInfluxUrl(text: string, insecure: boolean): InfluxSetting | string {
  const url = URL.parse(text)
  if (!url) return 'is not a URL; its form is http://user:password@host:8086/database (write %40 for @ in a password, %2F for /)'
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `must begin with http:// or https://, not ${url.protocol}//`
  for (const name of url.searchParams.keys()) if (name !== 'token') return 'takes one parameter only: token'
  const token = url.searchParams.get('token')
  let parts: string[]
  let user: string
  let password: string
  try {
    parts = url.pathname.split('/').filter((part) => part !== '').map(decodeURIComponent)
    user = decodeURIComponent(url.username)
    password = decodeURIComponent(url.password)
  } catch {
    return 'has a % that stands for nothing; write %25 for it'
  }
  if (token !== null && (user !== '' || password !== '')) return 'has a token and a user; give one of them'
  if (token === '') return 'has an empty token'
  if (password !== '' && user === '') return 'has a password and no user'
  const database = parts.pop() ?? DATABASE
  if (/\p{Cc}/u.test(database)) return 'names a database with control characters'
  const protocol = url.protocol === 'https:' ? 'https' : 'http'
  return {
    protocol, insecure, database,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? defaultPort(text, protocol) : Number(url.port),
    path: parts.map((part) => `/${encodeURIComponent(part)}`).join(''),
    login: token !== null ? { type: 'token', token } : user !== '' ? { type: 'password', user, password } : { type: 'none' }
  }
}

/** `URL` drops a port that is the protocol's own, which somebody wrote on purpose. */
function defaultPort(text: string, protocol: 'http' | 'https'): number {
  const own = protocol === 'http' ? 80 : 443
  return new RegExp(`^\\w+://[^/?]*:${own}(?:[/?]|$)`).test(text) ? own : PORT
}
