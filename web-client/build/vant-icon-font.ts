// Vant's icon stylesheet brings a font as a data: address and another from a foreign host. The
// service asks no other host for anything and its policy allows neither; icons are our own SVGs.
import type { Plugin } from 'vite'

export function stripFonts(css: string): string {
  return (
    css
      .replace(/@font-face\s*\{[^}]*\}/g, '')
      // One glyph each: useless without the font.
      .replace(/\.van-icon-[\w-]+:{1,2}before\s*\{[^}]*\}/g, '')
  )
}

export function vantIconFontPlugin(): Plugin {
  return {
    name: 'wufei-no-vant-font',
    enforce: 'pre',
    transform(code, id) {
      return /vant\/es\/icon\/index\.css/.test(id) ? { code: stripFonts(code), map: null } : null
    },
  }
}
