// Writes .br and .gz files beside every text file of the build, so that the server hands out
// finished bytes and never compresses per request.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT = new Set(['.js', '.css', '.html', '.svg', '.json', '.webmanifest', '.txt', '.map'])
// Below this size the headers cost more than the compression saves.
const SMALLEST = 512

const brotliAsync = promisify(brotliCompress)
const gzipAsync = promisify(gzip)

async function* walk(dir: string): AsyncGenerator<string> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else yield path
  }
}

export async function precompress(dir: string): Promise<void> {
  for await (const path of walk(dir)) {
    if (!TEXT.has(extname(path))) continue
    const raw = await readFile(path)
    if (raw.length < SMALLEST) continue
    const brotli = await brotliAsync(raw, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
      },
    })
    const zipped = await gzipAsync(raw, { level: 9 })
    if (brotli.length < raw.length) await writeFile(`${path}.br`, brotli)
    if (zipped.length < raw.length) await writeFile(`${path}.gz`, zipped)
  }
}

export function precompressPlugin(): Plugin {
  let outDir = 'dist'
  return {
    name: 'wufei-precompress',
    apply: 'build',
    // After the service worker has been written: it is compressed too.
    enforce: 'post',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir)
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        await precompress(outDir)
      },
    },
  }
}
