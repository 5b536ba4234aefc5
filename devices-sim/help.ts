import { SCENARIOS } from './scenarios/catalogue.ts'

/** What `--help` prints. */
export function helpText(): string {
  const scenarios = SCENARIOS.map(({ name, description }) => `  ${name.padEnd(14)} ${description.en}\n${' '.repeat(17)}${description.zh}`).join('\n')
  return `Simulates the devices of residential compounds as MQTT clients of a Gatehouse platform, and checks what the platform makes of them.
门房设备模拟器：以真实 MQTT 客户端模拟小区设备，并核对平台的判断。

  npm run simulate -- [options]

Where / 平台
  --url URL             HTTP address of the platform (http://127.0.0.1:3000, or GATEHOUSE_URL); it names the MQTT address itself
  --token TOKEN         API token of an administrator (or GATEHOUSE_TOKEN)
  --user NAME --password TEXT
                        log in instead (the password also as GATEHOUSE_PASSWORD)
  --tokens FILE         where device tokens are kept for the next run (a private file among the temporary ones)
  --ca FILE             PEM certificate that signs the platform's, for an https --url and MQTT over TLS

How many / 规模
  --compounds N         compounds of the pilot, 1 to 999 (50)
  --homes N             homes in each, 1 to 5000 (800: with 16 gateways, 30 doors, 100 cameras); 400000 in all at most
  --connections MODE    gateway: gateways speak for their detectors; direct: every device connects (gateway)
  --seed N              the same seed lets the same things happen (1)
  --rate N              daily life so many times faster, 0.01 to 100 (1)

What happens / 场景
  --scenario A,B        what is to happen besides daily life; all: everything there is; given twice, they add up
  --interactive         a terminal screen on which scenarios are started and stopped while the fleet runs; its end compares
  --lang zh|en          language of that screen (as LANG says)
  --print-settings      prints the settings to start a platform with so that no scenario takes longer than some minutes, and ends
  --at ID               compound or device where it happens: c07, c07-smoke-0123, c07-door-05 (chosen by the seed; power-cut: everywhere)
  --growth NAME         how a fire grows: slow, medium, fast, ultra-fast (NFPA 72; ultra-fast: alarm after about 11 s)
  --dark TIME           how long a power cut lasts (20s)
  --replay FILE         plays a recorded fire (CSV: "Time", "Quadrant … Temperature 25 mm Below Ceiling") through one detector
  --replay-speed N      so many seconds of it in a second; timestamps stay a second apart (1)

How it ends / 结束
  --duration TIME       25s, 10m, 1h after everything is connected (until the scenarios are over; without any, until Ctrl-C)
  --report FILE         writes the result as JSON
  --help                this text

Scenarios / 场景:
${scenarios}

TIME is from 1ms to 1000h; a bare number is seconds. Of an option that is given twice, the last one counts.

Exit code 0: everything that was sent was acknowledged, every alarm that was called for was found, in time, once, and no other one.
1: something was not; the report and the last lines say what. 2: an option is wrong or the platform cannot be used.

While another simulator runs against the same platform on this machine (npm run demo), this one borrows the devices of its scenarios
from it, needs no --token, and gives them back at the end (with a larger --compounds it brings the further ones itself):
  npm run simulate -- --scenario fire --at c07
若演示（npm run demo）正在运行，本命令会向其借用所需设备，结束后归还，无需 --token。
`
}
