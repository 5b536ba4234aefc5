import { expect } from 'chai'
import { named } from '../../services/rules/words.ts'
import { alarmWords } from '../../dashboards/src/live/alarm-text.ts'

const WORDS = { zh: '温度 61.5 °C', en: 'temperature 61.5 °C' }

describe('what an alarm says on screen', () => {
  it('leaves out the place that stands beside it, and keeps a number and its unit together', () => {
    for (const location of [{ building: 'b07', unit: '1', floor: 3, home: '302' }, { building: 'b07', floor: 3 }, { building: 'b07' }]) {
      const alarm = { message: named('smoke', location, WORDS), location }
      expect(alarmWords(alarm, 'zh')).to.equal('烟感：温度 61.5\u00a0°C')
      expect(alarmWords(alarm, 'en')).to.equal('Smoke detector: temperature 61.5\u00a0°C')
    }
  })

  it('leaves a message as it is that has no place, or another one', () => {
    const message = named('smoke', { building: 'b07' }, WORDS)
    const whole = '烟感 b07：温度 61.5\u00a0°C'
    expect(alarmWords({ message, location: null }, 'zh')).to.equal(whole)
    expect(alarmWords({ message, location: { building: 'b08' } }, 'zh')).to.equal(whole)
    expect(alarmWords({ message: { zh: '广播：见 b07：', en: '' }, location: { building: 'b07' } }, 'zh')).to.equal('广播：见 b07：')
  })
})
