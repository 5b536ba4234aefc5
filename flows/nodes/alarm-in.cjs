// Node-RED loads .cjs; what it loads is TypeScript.
module.exports = require('./alarm-in.ts').alarmIn
