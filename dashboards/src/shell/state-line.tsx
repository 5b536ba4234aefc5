import { Button } from 'antd'
import { Link } from 'react-router'
import type { Alarm } from '../../../protocol/alarm.ts'
import { alarmWords } from '../live/alarm-text.ts'
import type { SiteState } from '../live/attention.ts'
import { plainName } from '../parts/compound-name.tsx'
import { SeverityMark } from '../parts/severity.tsx'
import type { Sound } from '../sound/use-siren.ts'
import { clockText } from '../time/age.ts'
import { usePreferences, useText } from './preferences.tsx'
import { useAge, usePlaces, useSecond, useTime } from './site.tsx'

/**
 * The site in one line, on every screen and always in the same place: what a tired person must see from across the room, first of all
 * where. Its height does not change, so nothing under a hand moves when something happens.
 */
export function StateLine({ state, sound }: { readonly state: SiteState; readonly sound: Sound }) {
  const t = useText()
  if (state.tone === 'broken') return <Broken since={state.since} />
  return (
    <section className={`line line-${state.tone}`} aria-label={t('line.status')}>
      {state.tone === 'loading' && <p>{t('line.loading')}</p>}
      {state.tone === 'calm' && <p>{t('line.calm')}</p>}
      {state.tone === 'attended' && (
        <p>{state.critical > 0 ? t('line.critical-attended', { count: state.critical }) : t('line.attended', { count: state.count })}</p>
      )}
      {(state.tone === 'critical' || state.tone === 'waiting') && (
        <>
          {state.tone === 'critical' && <SeverityMark severity="critical" label={false} />}
          <p>
            {t(state.tone === 'critical' ? 'line.critical' : 'line.waiting', { count: state.count })}
            <First alarm={state.first} elsewhere={state.elsewhere} />
            <span className="line-oldest"><Oldest at={state.oldest} /></span>
          </p>
          <span className="line-deeds">
            {sound.sounding && sound.voice === 'ready' && <button type="button" className="line-go" onClick={sound.mute} aria-label={t('sound.mute')}>{t('sound.mute-word')}<span className="line-long"> {t('sound.mute-for')}</span></button>}
            <Link className="line-go line-main" to={state.tone === 'critical' ? '/alarms?severity=critical' : '/alarms'}>{t('line.go')}</Link>
          </span>
        </>
      )}
    </section>
  )
}

/** Where the most urgent one is, and what. */
function First({ alarm, elsewhere }: { readonly alarm: Alarm; readonly elsewhere: number }) {
  const { t, language } = usePreferences()
  const places = usePlaces()
  const place = `${plainName(places.compound(alarm.compound))} ${places.within(alarm.compound, alarm.building, alarm.location)}`.trim()
  return (
    <span className="line-where">
      <Link to={places.path(alarm.compound)}>{place}</Link>
      <span className="line-long"> {alarmWords(alarm, language)}</span>
      {elsewhere > 0 && t('line.elsewhere', { count: elsewhere })}
    </span>
  )
}

function Oldest({ at }: { readonly at: number }) {
  const t = useText()
  return t('line.oldest', { age: useAge(at) })
}

function Broken({ since }: { readonly since: number | null }) {
  const t = useText()
  return (
    <section className="line line-broken" role="alert" data-testid="live-broken">
      <p><b>{t('link.broken')}</b> <span>{since === null ? t('link.never') : <BrokenSince since={since} />}</span></p>
    </section>
  )
}

function BrokenSince({ since }: { readonly since: number }) {
  const t = useText()
  const time = useTime()
  return t('link.broken-since', { time: time.time(since), age: useAge(since) })
}

/** A browser that keeps silent until it is clicked is dangerous in a control room: said in red, with the click it waits for. */
export function SoundBlocked({ sound, urgent }: { readonly sound: Sound; readonly urgent: boolean }) {
  const t = useText()
  if (sound.voice === 'ready') return null
  return (
    <section className="sound-blocked" data-urgent={urgent} role={urgent ? 'alert' : 'status'}>
      <p>{t('sound.blocked')}</p>
      {sound.voice === 'blocked' && <Button danger type="primary" size="small" onClick={sound.allow}>{t('sound.allow')}</Button>}
    </section>
  )
}

/** Shown while the sound is muted, with the time it has left. */
export function Muted({ sound }: { readonly sound: Sound }) {
  const t = useText()
  const now = useSecond()
  if (sound.mutedUntil === null) return null
  return (
    <Button type="text" className="choice muted" onClick={sound.unmute} title={t('sound.unmute')}>
      {t('sound.muted', { left: clockText(sound.mutedUntil - now) })}
    </Button>
  )
}
