// Node-RED loads .cjs; what it loads is TypeScript.
module.exports = require('./time-of-day.ts').timeOfDay
