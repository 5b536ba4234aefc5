export interface Instruction {
  readonly name: string
  readonly value: string
}

/** The instructions of a Dockerfile in their order; comments are left out, continued lines are joined. */
export function readDockerfile(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#')).join('\n').replaceAll(/\\\n\s*/g, ' ').split('\n')
  return lines.filter((line) => line.trim() !== '').map((line) => {
    const [, name = '', value = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
    if (name === '') throw new Error(`no instruction: ${line}`)
    return { name, value }
  })
}

/** The instructions of each stage. */
export function stagesOf(instructions: readonly Instruction[]): Instruction[][] {
  const stages: Instruction[][] = []
  for (const instruction of instructions) {
    if (instruction.name === 'FROM') stages.push([])
    stages.at(-1)?.push(instruction)
  }
  return stages
}

/** Whether a path of the checkout is kept from Docker: the last pattern that matches it or a folder above it decides. */
export function ignoredBy(dockerignore: string): (path: string) => boolean {
  const patterns = dockerignore.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
  return (path) => {
    const parts = path.split('/')
    const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
    let ignored = false
    for (const pattern of patterns) {
      const kept = pattern.startsWith('!')
      const form = formOf(kept ? pattern.slice(1) : pattern)
      if (above.some((one) => form.test(one))) ignored = !kept
    }
    return ignored
  }
}

/** Docker's globs: a star also stands for what begins with a dot. */
function formOf(pattern: string): RegExp {
  const form = pattern.replaceAll(/[.+^$(){}|[\]\\]/g, String.raw`\$&`).replaceAll('**/', '\0').replaceAll('*', '[^/]*').replaceAll('\0', '(?:.*/)?')
  return new RegExp(`^${form}$`)
}
