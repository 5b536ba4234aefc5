import type { Plugin } from 'vite'

/** The screen that nearly everybody opens first. */
const FIRST = 'src/screens/overview.tsx'

/**
 * After a build: has the page fetch the first screen's parts together with the program, and not when the program has found out that it wants
 * them. (Its own parts are in the page already.)
 */
export function ahead(): Plugin {
  return {
    name: 'ahead',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((one) => one.type === 'chunk')
        const first = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(FIRST))
        if (!first) throw new Error(`${FIRST} is no part of the build`)
        const wanted = new Set([first.fileName])
        // What is added while going through it is gone through too.
        for (const file of wanted) for (const imported of chunks.find(({ fileName }) => fileName === file)?.imports ?? []) wanted.add(imported)
        return [...wanted].filter((file) => !html.includes(file))
          .map((file) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` }, injectTo: 'head' }))
      }
    }
  }
}
