import { encode } from 'uqr'
import { describe, expect, it } from 'vitest'
import { readPixels, type Pixels } from './reader'

const LEFT = [
  '0001101',
  '0011001',
  '0010011',
  '0111101',
  '0100011',
  '0110001',
  '0101111',
  '0111011',
]
LEFT.push('0110111', '0001011')
const PARITY = ['LLLLLL', 'LLGLGG', 'LLGGLG', 'LLGGGL', 'LGLLGG', 'LGGLLG', 'LGGGLL', 'LGLGLG']
PARITY.push('LGLGGL', 'LGGLGL')
const invert = (bits: string) => Array.from(bits, (bit) => (bit === '1' ? '0' : '1')).join('')
const reverse = (bits: string) => Array.from(bits).reverse().join('')

/** ISO/IEC 15420, drawn here so that the reader is not tested with its own writer. */
function bars(ean: string): string {
  const digits = Array.from(ean, Number)
  const right = (digit: number) => invert(LEFT[digit])
  const first = digits
    .slice(1, 7)
    .map((digit, at) => (PARITY[digits[0]][at] === 'L' ? LEFT[digit] : reverse(right(digit))))
  return `101${first.join('')}01010${digits.slice(7).map(right).join('')}101`
}

/** Black and white with some noise, as a camera gives it. */
function picture(width: number, height: number, dark: (x: number, y: number) => boolean): Pixels {
  const data = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const noise = (x * 7919 + y * 104_729) % 23
      const grey = dark(x, y) ? 30 + noise : 225 - noise
      data.set([grey, grey, grey, 255], (y * width + x) * 4)
    }
  return { data, width, height }
}

function eanPicture(ean: string, unit: number, turned = false): Pixels {
  const bits = bars(ean)
  const isDark = (along: number) => bits[Math.floor((along - 60) / unit)] === '1'
  return turned
    ? picture(400, 640, (x, y) => x > 100 && x < 300 && isDark(y))
    : picture(640, 400, (x, y) => y > 100 && y < 300 && isDark(x))
}

describe('the packaged reader', () => {
  it.each(['9787020002207', '9780306406157', '9787544291170'])('reads the bars of %s', (ean) => {
    expect(readPixels(eanPicture(ean, 3))).toEqual([ean])
    expect(readPixels(eanPicture(ean, 5))).toEqual([ean])
  })

  it('reads a book that lies across', () => {
    expect(readPixels(eanPicture('9787020002207', 4, true))).toEqual(['9787020002207'])
  })

  it('reads the QR code of a label', () => {
    const text = 'https://wufei.cn/b/019ab3c4-1111-7222-8333-44445555ffff'
    const { data, size } = encode(text, { ecc: 'M', border: 4 })
    const unit = 6
    const label = picture(640, 480, (x, y) => {
      const [column, row] = [Math.floor((x - 100) / unit), Math.floor((y - 80) / unit)]
      return row >= 0 && row < size && column >= 0 && column < size && data[row][column]
    })
    expect(readPixels(label)).toEqual([text])
  })

  it('sees nothing where there is nothing', () => {
    expect(readPixels(picture(320, 240, () => false))).toEqual([])
  })
})
