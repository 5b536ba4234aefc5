import { statfs } from 'node:fs/promises'

/** How much of the disk under a path is free for this user, 0 to 1; null where that cannot be told. */
export async function freePart(path: string): Promise<number | null> {
  try {
    const { bavail, blocks } = await statfs(path)
    return blocks > 0 ? bavail / blocks : null
  } catch {
    return null
  }
}
