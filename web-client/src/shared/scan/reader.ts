// The packaged reader, for browsers without a detector of their own: plain script, because the
// page's policy allows no WebAssembly. Fetched only where it is needed.
import BinaryBitmap from '@zxing/library/es2015/core/BinaryBitmap'
import HybridBinarizer from '@zxing/library/es2015/core/common/HybridBinarizer'
import DecodeHintType from '@zxing/library/es2015/core/DecodeHintType'
import EAN13Reader from '@zxing/library/es2015/core/oned/EAN13Reader'
import QRCodeReader from '@zxing/library/es2015/core/qrcode/QRCodeReader'
import type Reader from '@zxing/library/es2015/core/Reader'
import RGBLuminanceSource from '@zxing/library/es2015/core/RGBLuminanceSource'

/** Every row for the bars; a QR code is found in one of a few, much faster. */
const harder = new Map<DecodeHintType, unknown>([[DecodeHintType.TRY_HARDER, true]])
const barReader = new EAN13Reader()
const squareReader = new QRCodeReader()

export interface Pixels {
  data: Uint8ClampedArray
  width: number
  height: number
}

/** Grey by the weights of the eye; the reader takes one byte a pixel. */
function luminance({ data, width, height }: Pixels): Uint8ClampedArray {
  const grey = new Uint8ClampedArray(width * height)
  for (let at = 0, from = 0; at < grey.length; at += 1, from += 4)
    grey[at] = (data[from] * 306 + data[from + 1] * 601 + data[from + 2] * 117) >> 10
  return grey
}

/** A quarter turn: the reader looks along rows only. */
function turned(grey: Uint8ClampedArray, width: number, height: number): Uint8ClampedArray {
  const other = new Uint8ClampedArray(grey.length)
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) other[x * height + (height - 1 - y)] = grey[y * width + x]
  return other
}

function look(
  reader: Reader,
  hints: Map<DecodeHintType, unknown> | null,
  grey: Uint8ClampedArray,
  width: number,
  height: number,
): string | null {
  try {
    const source = new RGBLuminanceSource(grey, width, height)
    return reader.decode(new BinaryBitmap(new HybridBinarizer(source)), hints).getText()
  } catch {
    // Nothing of this kind in sight.
    return null
  }
}

/** The texts of the codes in a picture: a QR code, or an EAN-13 such as a book's. */
export function readPixels(pixels: Pixels): string[] {
  const { width, height } = pixels
  const grey = luminance(pixels)
  const square = look(squareReader, null, grey, width, height)
  const bars =
    look(barReader, harder, grey, width, height) ??
    look(barReader, harder, turned(grey, width, height), height, width)
  return [square, bars].filter((text): text is string => text !== null)
}
