import { expect } from 'chai'
import { afterEach, describe, it } from 'mocha'
import { runningThreads, Thread } from '../../../services/kernel/thread.ts'
import type { FixtureLink } from './thread-fixture.ts'

describe('a thread', () => {
  const started: Thread<FixtureLink>[] = []
  afterEach(async () => {
    for (const thread of started.splice(0)) await thread.stop()
  })

  function make(data: Partial<FixtureLink['data']> = {}): { thread: Thread<FixtureLink>; said: Promise<string>; death: Promise<Error> } {
    const said = Promise.withResolvers<string>()
    const death = Promise.withResolvers<Error>()
    const thread = new Thread<FixtureLink>({
      name: 'fixture', file: new URL('thread-fixture.ts', import.meta.url), data: { greeting: 'good day', ...data },
      onSaid: said.resolve, onDeath: death.resolve
    })
    started.push(thread)
    return { thread, said: said.promise, death: death.promise }
  }
  const errorOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => null, (error: unknown) => error)

  it('answers what it is asked', async () => {
    const { thread } = make()
    await thread.start()
    expect(await Promise.all([thread.ask('greet', 'a'), thread.ask('greet', 'b')])).to.deep.equal(['good day, a', 'good day, b'])
  })

  it('sends errors across with their code and message', async () => {
    const { thread } = make()
    await thread.start()
    expect(await errorOf(thread.ask('fail', 'coded'))).to.include({ name: 'GatehouseError', code: 'went-wrong', message: 'with a code' })
    expect(await errorOf(thread.ask('fail', 'plain'))).to.include({ name: 'Error', message: 'without one' })
  })

  it('tells and is told', async () => {
    const { thread, said } = make()
    await thread.start()
    thread.tell({ say: 'hear, hear' })
    expect(await said).to.equal('hear, hear')
  })

  it('says how much memory it takes while it runs, and is on the list of those that run', async () => {
    const { thread } = make()
    expect(await thread.memory()).to.equal(null)
    await thread.start()
    expect((await thread.memory())?.used).to.be.greaterThan(100_000)
    expect(await runningThreads.get('fixture')?.memory()).to.include.all.keys('used', 'external')
    await thread.stop()
    expect([await thread.memory(), runningThreads.has('fixture')]).to.deep.equal([null, false])
  })

  it('rejects its start with what hindered it', async () => {
    const { thread } = make({ refuse: true })
    expect(await errorOf(thread.start())).to.include({ code: 'refused', message: 'it did not want to' })
  })

  for (const die of ['throw', 'exit'] as const) {
    it(`reports an end that nobody asked for (${die}) and rejects what was asked`, async () => {
      const { thread, death } = make()
      await thread.start()
      const asked = errorOf(thread.ask('never', null))
      thread.tell({ die })
      expect((await death).message).to.match(die === 'throw' ? /broke/ : /ended with exit code 3/)
      expect(await asked).to.equal(await death)
      expect(await errorOf(thread.ask('greet', 'anybody'))).to.include({ code: 'thread-ended' })
    })
  }

  it('says when it could not close cleanly, and is ended all the same', async () => {
    const { thread } = make({ badStop: true })
    await thread.start()
    expect(await errorOf(thread.stop())).to.include({ message: 'could not close' })
    expect(await errorOf(thread.ask('greet', 'anybody'))).to.include({ code: 'thread-ended' })
  })
})
