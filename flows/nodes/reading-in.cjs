// Node-RED loads .cjs; what it loads is TypeScript.
module.exports = require('./reading-in.ts').readingIn
