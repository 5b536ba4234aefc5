// Makes a checkout ready: installs the locked packages and builds the screens, each only when its input changed.
// Runs before `npm start`, `npm test` and the others, under whatever Node the machine has (>= 20).
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const stamps = join(root, 'node_modules', '.gatehouse')
const windows = process.platform === 'win32'

function digest(paths) {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(path).update(readFileSync(join(root, path)))
  return hash.digest('hex')
}

function sources(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'dist' ? [] : sources(path)
    return [path]
  })
}

function step(name, label, inputs, product, run) {
  const stamp = join(stamps, name)
  const wanted = digest(inputs)
  if (existsSync(join(root, product)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const began = Date.now()
  console.log(`[setup] ${label} …`)
  const done = run()
  if (done.status !== 0) {
    console.error(`[setup] ${label} failed (${done.error?.message ?? `exit code ${done.status}`}).`)
    process.exit(done.status ?? 1)
  }
  mkdirSync(stamps, { recursive: true })
  writeFileSync(stamp, wanted)
  console.log(`[setup] ${label}: ${((Date.now() - began) / 1000).toFixed(1)} s`)
}

const options = { cwd: root, stdio: 'inherit', shell: windows }
step('packages', 'installing packages', ['package-lock.json'], 'node_modules', () =>
  spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], options)
)
if (existsSync(join(root, 'dashboards', 'index.html'))) {
  const inputs = [...sources('dashboards'), ...sources('protocol'), 'package-lock.json'].toSorted((a, b) => (a < b ? -1 : 1))
  // Vite has to run under the Node that came with the packages, not under the one that runs this script.
  const node = join(root, 'node_modules', '.bin', windows ? 'node.cmd' : 'node')
  step('screens', 'building the screens', inputs, 'dashboards/dist/index.html', () =>
    spawnSync(node, [join('node_modules', 'vite', 'bin', 'vite.js'), 'build', 'dashboards', '--logLevel', 'warn'], options)
  )
}
