import { expect } from 'chai'
import { LoginThrottle } from '../../../services/api/login-throttle.ts'
import type { Login } from '../../../services/api/login-throttle.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const ADMIN: Login = { address: '10.0.0.1', user: 'admin', browser: null }
const BROWSER: Login = { ...ADMIN, browser: 'b1' }

describe('The throttle of log-ins', () => {
  let clock: FakeClock
  let throttle: LoginThrottle
  beforeEach(() => {
    clock = new FakeClock()
    throttle = new LoginThrottle(clock)
  })
  /** A try with a wrong password: ms that it has to wait, 0 where it may go on. */
  const fail = (login: Login): number => {
    const attempt = throttle.begin(login)
    return attempt.ok ? 0 : attempt.wait
  }
  const succeed = (login: Login): boolean => {
    const attempt = throttle.begin(login)
    if (attempt.ok) attempt.succeeded()
    return attempt.ok
  }

  it('makes a user name from an address wait twice as long after each failure, up to a quarter of an hour', () => {
    const waits: number[] = []
    for (let n = 0; n < 20; n += 1) {
      const wait = fail(ADMIN)
      if (wait > 0) {
        waits.push(wait)
        clock.tick(wait)
        expect(fail(ADMIN)).to.equal(0)
      }
    }
    expect(waits.slice(0, 5)).to.deep.equal([2000, 4000, 8000, 16_000, 32_000])
    expect(waits.at(-1)).to.equal(900_000)
  })

  it('makes nobody wait for a clock that was put back', () => {
    for (let n = 0; n < 5; n += 1) fail(ADMIN)
    clock.set(clock.now() - 3_600_000)
    expect(fail(ADMIN)).to.equal(2000)
    clock.tick(2000)
    expect(fail(ADMIN)).to.equal(0)
  })

  it('counts tries that are under way, so that many at once are no way round', () => {
    const going = Array.from({ length: 100 }, () => throttle.begin(ADMIN)).filter(({ ok }) => ok)
    expect(going).to.have.length(5)
  })

  it('forgets failures when the right password comes, and after an hour', () => {
    for (let n = 0; n < 4; n += 1) fail(ADMIN)
    expect(succeed(ADMIN)).to.equal(true)
    for (let n = 0; n < 5; n += 1) expect(fail(ADMIN)).to.equal(0)
    expect(fail(ADMIN)).to.be.greaterThan(0)
    clock.tick(3_600_000)
    for (let n = 0; n < 5; n += 1) expect(fail(ADMIN)).to.equal(0)
  })

  it('takes back what was not looked at', () => {
    for (let n = 0; n < 50; n += 1) {
      const attempt = throttle.begin(ADMIN)
      expect(attempt.ok).to.equal(true)
      if (attempt.ok) attempt.undone()
    }
  })

  it('lets a browser in that is known, whatever strangers do under the same name and address', () => {
    for (let n = 0; n < 1000; n += 1) {
      fail(ADMIN)
      clock.tick(100)
    }
    expect(fail(ADMIN)).to.be.greaterThan(0)
    expect(succeed(BROWSER)).to.equal(true)
  })

  it('slows a known browser down by its own failures, for a minute at most', () => {
    for (let n = 0; n < 40; n += 1) clock.tick(fail(BROWSER))
    expect(fail(BROWSER)).to.be.within(1, 60_000)
  })

  it('slows an address down that tries many names, but for names that signed in from there', () => {
    expect(succeed(ADMIN)).to.equal(true)
    let looked = 0
    for (let n = 0; n < 200; n += 1) if (fail({ ...ADMIN, user: `u${n}` }) === 0) looked += 1
    expect(looked).to.equal(30)
    expect(succeed(ADMIN)).to.equal(true)
    expect(fail({ ...ADMIN, address: '10.0.0.2', user: 'other' })).to.equal(0)
  })

  it('bounds what strangers from everywhere cost, and lets those in who are known', () => {
    succeed(ADMIN)
    let looked = 0
    for (let n = 0; n < 6000; n += 1) {
      if (fail({ address: `2001:db8:${n}::/56`, user: 'admin', browser: null }) === 0) looked += 1
      clock.tick(10)
    }
    expect(looked, 'in a minute').to.be.within(300, 365)
    for (let n = 0; fail({ address: `192.0.2.${n}`, user: 'guard', browser: null }) === 0;) n += 1
    const refused = throttle.begin({ address: '198.51.100.1', user: 'manager', browser: null })
    expect(refused).to.include({ ok: false, all: true })
    expect(succeed(ADMIN), 'from a known address').to.equal(true)
    expect(succeed(BROWSER), 'with a known browser').to.equal(true)
  })

  it('remembers so much and no more', () => {
    for (let n = 0; n < 12_000; n += 1) {
      fail({ address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, user: 'x'.repeat(64), browser: null })
      clock.tick(200)
    }
    expect(throttle.remembered).to.be.at.most(20_000)
  })
})
