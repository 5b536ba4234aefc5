import { join, sep } from 'node:path'
import express, { Router } from 'express'
import type { NextFunction, Request, RequestHandler } from 'express'

const YEAR = 365 * 24 * 3600

/** How the builder packs the files, the smaller first; what a packed one is called. */
const FORMS = [{ encoding: 'br', suffix: '.br' }, { encoding: 'gzip', suffix: '.gz' }] as const

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Gatehouse</title>
<p>屏幕尚未构建：请运行 <code>npm run setup</code>，然后刷新本页。
<p lang="en">The screens are not built yet: run <code>npm run setup</code>, then reload this page.
`

/**
 * Serves the built screens from a folder: hashed files for ever, the page itself always fresh, and the page for every address that a
 * screen has. Where the builder left a packed form that the browser takes, that one is sent.
 */
export function screens(folder: string): Router {
  const router = Router()
  const files = packedFiles(folder)
  router.use(files)
  router.get('/{*address}', (request, response, next) => {
    const { path } = request
    const isAddress = !path.startsWith('/api/') && !path.startsWith('/assets/') && !path.slice(path.lastIndexOf('/')).includes('.')
    if (!isAddress || !request.accepts('html')) {
      next()
      return
    }
    response.vary('Accept')
    request.url = '/index.html'
    files(request, response, (failure?: unknown) => {
      if (failure) next(failure)
      else response.set('Cache-Control', 'no-cache').status(503).type('html').send(NOT_BUILT)
    })
  })
  return router
}

/** Serves files of the folder, packed where there is such a form and the browser takes it; calls `next` where there is no such file. */
function packedFiles(folder: string): RequestHandler {
  const assets = join(folder, 'assets') + sep
  const serve = express.static(folder, {
    index: false, redirect: false,
    setHeaders(response, path) {
      const form = FORMS.find(({ suffix }) => path.endsWith(suffix))
      if (form) response.type(path.slice(0, -form.suffix.length).split('.').at(-1) ?? '').set('Content-Encoding', form.encoding)
      // The builder puts a hash of the content into the names under assets/.
      response.vary('Accept-Encoding').set('Cache-Control', path.startsWith(assets) ? `public, max-age=${YEAR}, immutable` : 'no-cache')
    }
  })
  return (request, response, next) => {
    const { url, path } = request
    if (FORMS.some(({ suffix }) => path.endsWith(suffix))) {
      next()
      return
    }
    const suffixes = [...taken(request), '']
    const attempt: NextFunction = (failure?: unknown) => {
      const suffix = suffixes.shift()
      request.url = suffix === undefined || failure ? url : path + suffix
      if (suffix === undefined || failure) next(failure)
      else serve(request, response, attempt)
    }
    attempt()
  }
}

function taken(request: Request): string[] {
  return FORMS.filter(({ encoding }) => request.acceptsEncodings(encoding) === encoding).map(({ suffix }) => suffix)
}
