// Node-RED loads .cjs; what it loads is TypeScript.
module.exports = require('./compound-state.ts').compoundState
