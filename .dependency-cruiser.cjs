// The floor plan of the house as a check: imports run downwards only (docs/architecture.md), type-only imports included.
const services = (...rooms) => rooms.map((room) => `^services/${room}/`)
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(protocol|broker|services|dashboards|devices-sim|bench|flows|test)/', pathNot: [from, ...allowed] }
})
const below = []
const floor = (room, allowed = []) => {
  below.push(...allowed)
  return only(`${room}-knows-only-what-is-below`, `^services/${room}/`, [...below])
}

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    only('protocol-knows-nobody', '^protocol/', []),
    only('kernel-knows-nobody', '^services/kernel/', []),
    only('broker-knows-protocol-and-kernel', '^broker/', ['^protocol/', '^services/kernel/']),
    only('config-knows-kernel', '^services/config/', ['^protocol/', '^services/kernel/']),
    floor('store', ['^protocol/', ...services('kernel')]),
    floor('registry', ['^broker/ports\\.ts$', ...services('store')]),
    floor('intake', services('registry')),
    only('presence-is-beside-intake', '^services/presence/', ['^protocol/', ...services('kernel', 'store', 'registry')]),
    floor('rules', services('intake', 'presence')),
    floor('alarms', services('rules')),
    floor('brain', services('alarms')),
    floor('response', ['^broker/', ...services('brain')]),
    floor('api', services('response', 'config')),
    only('history-command-knows-the-stores', '^services/history/', ['^protocol/', ...services('kernel', 'config', 'store')]),
    only('live-is-beside-api', '^services/live/', [...below]),
    only('flows-are-beside-the-house', '^flows/', ['^protocol/', ...services('kernel')]),
    only('devices-sim-is-a-client', '^devices-sim/', ['^protocol/']),
    only('dashboards-are-a-client', '^dashboards/', ['^protocol/']),
    { name: 'no-tests-in-the-product', severity: 'error', from: { pathNot: '^(test|bench)/' }, to: { path: '^(test|bench)/' } },
    {
      name: 'http-lives-in-api-and-live',
      severity: 'error',
      from: { path: '^services/', pathNot: '^services/(api|live)/|^services/(app|main)\\.ts$' },
      to: { path: 'node_modules/(express|socket\\.io)/' }
    },
    {
      name: 'aedes-lives-in-the-broker',
      severity: 'error',
      from: { pathNot: '^(broker|bench|test)/' },
      to: { path: 'node_modules/(aedes|mqemitter)' }
    }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'], exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] }
  }
}
