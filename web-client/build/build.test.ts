// @vitest-environment node
import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { precompress } from './precompress.ts'
import { stripFonts } from './vant-icon-font.ts'

describe('the build', () => {
  it('puts a .br and a .gz beside each larger text file and leaves pictures alone', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'wufei-'))
    const script = 'const reason = "a line that repeats";\n'.repeat(60)
    await writeFile(join(dir, 'app.js'), script)
    await writeFile(join(dir, 'tiny.css'), 'a{}')
    await writeFile(join(dir, 'icon.png'), Buffer.alloc(4096))
    await precompress(dir)
    expect((await readdir(dir)).sort()).toEqual([
      'app.js',
      'app.js.br',
      'app.js.gz',
      'icon.png',
      'tiny.css',
    ])
    expect(brotliDecompressSync(await readFile(join(dir, 'app.js.br'))).toString()).toBe(script)
    expect(gunzipSync(await readFile(join(dir, 'app.js.gz'))).toString()).toBe(script)
  })

  it('takes the outside fonts out of Vant', async () => {
    const css = stripFonts(
      await readFile(new URL('../node_modules/vant/es/icon/index.css', import.meta.url), 'utf8'),
    )
    expect(css).not.toMatch(/font-face|alicdn|woff|content:/)
    expect(css).toContain('.van-icon{')
  })
})
