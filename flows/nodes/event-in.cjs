// Node-RED loads .cjs; what it loads is TypeScript.
module.exports = require('./event-in.ts').eventIn
