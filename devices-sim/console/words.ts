import type { Refusal } from './director.ts'

/** Languages that the terminal screen speaks. */
export type Lang = 'zh' | 'en'

/** What stands on the terminal screen besides the scenarios' own texts. */
export interface Words {
  readonly title: string
  readonly place: string
  readonly anywhere: string
  readonly connected: string
  readonly sent: string
  readonly acknowledged: string
  readonly inFlight: string
  readonly simulator: string
  readonly platform: string
  readonly ofACore: string
  readonly expected: string
  readonly found: string
  readonly missed: string
  readonly false: string
  readonly doubled: string
  readonly late: string
  readonly wrong: string
  readonly away: string
  readonly keys: string
  readonly leave: string
  readonly ending: string
  /** Why a scenario does not start. */
  readonly refusals: Readonly<Record<Refusal, string>>
}

export const WORDS: Readonly<Record<Lang, Words>> = {
  zh: {
    title: '门房设备模拟器', place: '地点', anywhere: '任意小区', connected: '已连接', sent: '已发送', acknowledged: '已确认', inFlight: '在途', simulator: '模拟器', platform: '平台',
    ofACore: '单核', expected: '应报', found: '已找到', missed: '漏报', false: '误报', doubled: '重复', late: '迟到', wrong: '错误', away: '平台不可达：连接正在恢复',
    keys: '↑↓ 选择  Enter 开始/停止  ←→ 地点  x 全部停止  q 结束', leave: '结束运行并核对结果？ y 是  n 否', ending: '正在收尾并核对；Ctrl-C 加快，连按两次立即退出',
    refusals: { alone: '须单独运行：请先停止其他场景', 'no-actors': '此处空闲设备不足：请换一个地点' }
  },
  en: {
    title: 'Gatehouse simulator', place: 'place', anywhere: 'any compound', connected: 'connected', sent: 'sent', acknowledged: 'acknowledged', inFlight: 'in flight', simulator: 'simulator',
    platform: 'platform', ofACore: 'of a core', expected: 'called for', found: 'found', missed: 'missed', false: 'false', doubled: 'doubled', late: 'late', wrong: 'wrong',
    away: 'the platform is away: connections are coming back',
    keys: '↑↓ choose  Enter start/stop  ←→ place  x stop all  q end', leave: 'End the run and compare? y yes  n no', ending: 'ending and comparing; Ctrl-C hurries, twice leaves at once',
    refusals: { alone: 'it has to be alone: stop the others first', 'no-actors': 'not enough devices are free here: choose another place' }
  }
}

/** By `--lang`, else by the variables that say so on a terminal, the first one that is set. */
export function langOf(asked: Lang | null, env: Readonly<Record<string, string | undefined>>): Lang {
  const said = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((one) => one !== undefined && one !== '') ?? ''
  return asked ?? (said.startsWith('zh') ? 'zh' : 'en')
}
