/** What a person can do to an alarm. Replies the Alarm; `not-found`, or `not-allowed-in-this-state` where the contract's table says 409. */
import type { Cause } from '../../protocol/alarm.ts'

export type AlarmAction =
  | { readonly name: 'alarm.acknowledge'; readonly alarm: string; readonly note: string | null }
  | { readonly name: 'alarm.shelve'; readonly alarm: string; readonly minutes: number; readonly reason: string }
  | { readonly name: 'alarm.unshelve'; readonly alarm: string; readonly note: string | null }
  | { readonly name: 'alarm.confirm'; readonly alarm: string; readonly note: string | null }
  | { readonly name: 'alarm.reset'; readonly alarm: string; readonly note: string | null }
  | { readonly name: 'alarm.close'; readonly alarm: string; readonly cause: Cause; readonly note: string | null }
  | { readonly name: 'alarm.note'; readonly alarm: string; readonly note: string }
