import { join, sep } from 'node:path'
import express, { Router } from 'express'

const YEAR = 365 * 24 * 3600

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Gatehouse</title>
<p>屏幕尚未构建：请运行 <code>npm run setup</code>，然后刷新本页。
<p lang="en">The screens are not built yet: run <code>npm run setup</code>, then reload this page.
`

/** Serves the built screens from a folder: hashed files for ever, the page itself always fresh, and the page for every address that a screen has. */
export function screens(folder: string): Router {
  const router = Router()
  const page = join(folder, 'index.html')
  const assets = join(folder, 'assets') + sep
  router.use(express.static(folder, {
    index: false, redirect: false,
    setHeaders(response, path) {
      // The builder puts a hash of the content into the names under assets/.
      response.setHeader('Cache-Control', path.startsWith(assets) ? `public, max-age=${YEAR}, immutable` : 'no-cache')
    }
  }))
  router.get('/{*address}', (request, response, next) => {
    const { path } = request
    const isAddress = !path.startsWith('/api/') && !path.startsWith('/assets/') && !path.slice(path.lastIndexOf('/')).includes('.')
    if (!isAddress || !request.accepts('html')) {
      next()
      return
    }
    response.set('Cache-Control', 'no-cache').vary('Accept')
    response.sendFile(page, { cacheControl: false, dotfiles: 'allow' }, (failure?: Error) => {
      if (failure && !response.headersSent) response.status(503).type('html').send(NOT_BUILT)
    })
  })
  return router
}
