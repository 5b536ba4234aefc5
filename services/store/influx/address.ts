/** Where InfluxDB is and who we are there; read from INFLUX_URL. */
export interface InfluxAddress {
  readonly protocol: 'http' | 'https'
  readonly host: string
  readonly port: number
  /** Before the calls' own path, for a server behind a reverse proxy; empty or `/…` without a slash at its end. */
  readonly path: string
  readonly database: string
  readonly login: { readonly type: 'none' } | { readonly type: 'password'; readonly user: string; readonly password: string } | { readonly type: 'token'; readonly token: string }
  /** Take any certificate, also one that nobody signed. */
  readonly insecure: boolean
}

/** As it may be shown: without what is secret. */
export function shownAddress({ protocol, host, port, path, database }: InfluxAddress): string {
  return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}${path}/${database}`
}
