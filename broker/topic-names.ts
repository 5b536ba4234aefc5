/** What MQTT 3.1.1 says about topic names and filters, as far as Aedes does not check it itself. */

/** Whether the text has a character that the protocol forbids: U+0000 [MQTT-1.5.3-2]. Surrogates can't get here: the guard compares bytes. */
function hasForbiddenCharacter(text: string): boolean {
  return text.includes('\0')
}

/** Levels of a topic or filter, at least 1. */
function levelsOf(topic: string): number {
  let levels = 1
  for (let at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) levels += 1
  return levels
}

/** What is wrong with a topic name [MQTT-3.3.2-2] [MQTT-4.7.3-1]; null when nothing is. */
export function faultOfName(topic: string, mostLevels: number): string | null {
  if (topic.length === 0) return 'the topic is empty'
  if (topic.includes('+') || topic.includes('#')) return 'a topic name holds no wildcards'
  if (hasForbiddenCharacter(topic)) return 'the topic holds U+0000'
  if (levelsOf(topic) > mostLevels) return `the topic has more than ${mostLevels} levels`
  return null
}

/** What is wrong with a topic filter [MQTT-4.7.1-2] [MQTT-4.7.1-3] [MQTT-4.7.3-1]; null when nothing is. */
export function faultOfFilter(filter: string, mostLevels: number): string | null {
  if (filter.length === 0) return 'the filter is empty'
  if (hasForbiddenCharacter(filter)) return 'the filter holds U+0000'
  if (levelsOf(filter) > mostLevels) return `the filter has more than ${mostLevels} levels`
  const hash = filter.indexOf('#')
  if (hash >= 0 && (hash !== filter.length - 1 || (hash > 0 && filter[hash - 1] !== '/'))) return '# stands for whole levels, at the end alone'
  for (let at = filter.indexOf('+'); at >= 0; at = filter.indexOf('+', at + 1)) {
    const before = at === 0 || filter[at - 1] === '/'
    const after = at === filter.length - 1 || filter[at + 1] === '/'
    if (!before || !after) return '+ stands for a whole level'
  }
  return null
}

/** The broker's own topics: nobody publishes there. */
export function isSystemTopic(topic: string): boolean {
  return topic.startsWith('$SYS/') || topic === '$SYS'
}

/** `v1/{compound}/{kind}/{device}/command`: a command must not reach a door an hour late, so it waits in no queue. */
export function isCommand(topic: string): boolean {
  return topic.startsWith('v1/') && topic.endsWith('/command')
}
