// Node-RED loads .cjs; what it loads is TypeScript.
module.exports = require('./gatehouse.ts').gatehouse
