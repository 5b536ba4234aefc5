import { expect } from 'chai'
import { Passwords } from '../../../services/api/password.ts'

describe('Passwords', function () {
  this.timeout(60_000)

  it('are looked at for those who are known before strangers who wait longer', async () => {
    const passwords = new Passwords()
    const stored = await passwords.hash('right')
    const answers: string[] = []
    const strangers = Array.from({ length: 8 }, () => passwords.verify('wrong', stored).then((verdict) => answers.push(verdict)))
    await Promise.all([...strangers, passwords.verify('right', stored, true).then((verdict) => answers.push(verdict))])
    expect(answers.indexOf('right')).to.be.at.most(4)
  })

  it('are looked at so many at once and no more, and some places are kept for those who are known', async () => {
    const passwords = new Passwords()
    const unreadable = 'no hash at all'
    const tries = (known: boolean): Promise<string[]> => Promise.all(Array.from({ length: 100 }, () => passwords.verify('x', unreadable, known)))
    const [strangers, known] = await Promise.all([tries(false), tries(true)])
    expect(strangers.filter((verdict) => verdict === 'busy')).to.have.length(52)
    expect(known.filter((verdict) => verdict === 'busy')).to.have.length(84)
  })
})
