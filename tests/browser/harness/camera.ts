// What a phone's camera is held to: pictures as pixels, read by a reader that is none of ours, or
// written as a film that Chromium shows to the page instead of a camera.
import { writeFile } from 'node:fs/promises'
import { expect, type Page } from '@playwright/test'
import jsQR from 'jsqr'

const WIDTH = 640
const HEIGHT = 480

/** One byte of grey a pixel. */
export type Frame = Uint8Array

/** Paints an image into a frame, from its top left; zoomed to a label of a sheet that has many. */
export async function paint(page: Page, source: string, zoom = 1): Promise<Frame> {
  const grey = await page.evaluate(
    async ({ source, width, height, zoom }) => {
      const image = new Image()
      image.src = source
      await image.decode()
      const canvas = document.createElement('canvas')
      canvas.width = width
      canvas.height = height
      const context = canvas.getContext('2d')!
      context.fillStyle = '#fff'
      context.fillRect(0, 0, width, height)
      const wide = height * zoom
      context.drawImage(image, 0, 0, wide, (wide * image.naturalHeight) / image.naturalWidth)
      const { data } = context.getImageData(0, 0, width, height)
      return Array.from({ length: width * height }, (_, at) => data[at * 4]!)
    },
    { source, width: WIDTH, height: HEIGHT, zoom },
  )
  return Uint8Array.from(grey)
}

export function readQr(frame: Frame): string {
  const pixels = new Uint8ClampedArray(frame.length * 4)
  frame.forEach((grey, at) => pixels.set([grey, grey, grey, 255], at * 4))
  const read = (jsQR as unknown as typeof jsQR.default)(pixels, WIDTH, HEIGHT)
  expect(read, 'the code can be read').not.toBeNull()
  return read!.data
}

const LEFT =
  '0001101 0011001 0010011 0111101 0100011 0110001 0101111 0111011 0110111 0001011'.split(' ')
const PARITY = 'LLLLLL LLGLGG LLGGLG LLGGGL LGLLGG LGGLLG LGGGLL LGLGLG LGLGGL LGGLGL'.split(' ')
const invert = (bits: string) => [...bits].map((bit) => (bit === '1' ? '0' : '1')).join('')

/** The bars on the back of a book (ISO/IEC 15420). */
export function bars(ean: string): Frame {
  const digits = [...ean].map(Number)
  const right = (digit: number) => invert(LEFT[digit]!)
  const left = digits
    .slice(1, 7)
    .map((digit, at) =>
      PARITY[digits[0]!]![at] === 'L' ? LEFT[digit]! : [...right(digit)].reverse().join(''),
    )
  const bits = `101${left.join('')}01010${digits.slice(7).map(right).join('')}101`
  const frame = new Uint8Array(WIDTH * HEIGHT).fill(235)
  for (let y = 120; y < 360; y += 1)
    for (let at = 0; at < bits.length * 5; at += 1)
      if (bits[Math.floor(at / 5)] === '1') frame[y * WIDTH + 80 + at] = 20
  return frame
}

export const blank = (): Frame => new Uint8Array(WIDTH * HEIGHT).fill(200)

/** Each frame for some seconds, then the next, and again from the start. */
export async function film(file: string, scenes: { frame: Frame; seconds: number }[]) {
  const PER_SECOND = 5
  const colour = Buffer.alloc((WIDTH * HEIGHT) / 2, 128)
  const parts: Buffer[] = [
    Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${PER_SECOND}:1 Ip A1:1 C420jpeg\n`),
  ]
  for (const { frame, seconds } of scenes)
    for (let n = 0; n < seconds * PER_SECOND; n += 1)
      parts.push(Buffer.from('FRAME\n'), Buffer.from(frame), colour)
  await writeFile(file, Buffer.concat(parts))
}
