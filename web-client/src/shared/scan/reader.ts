// The packaged reader, for browsers without a detector of their own: plain script, because the
// page's policy allows no WebAssembly. Fetched only where it is needed.
import BinaryBitmap from '@zxing/library/es2015/core/BinaryBitmap'
import HybridBinarizer from '@zxing/library/es2015/core/common/HybridBinarizer'
import DecodeHintType from '@zxing/library/es2015/core/DecodeHintType'
import EAN13Reader from '@zxing/library/es2015/core/oned/EAN13Reader'
import QRCodeReader from '@zxing/library/es2015/core/qrcode/QRCodeReader'
import RGBLuminanceSource from '@zxing/library/es2015/core/RGBLuminanceSource'

// Looks along every row, and a second time with the picture turned: books lie as they lie.
const hints = new Map<DecodeHintType, unknown>([[DecodeHintType.TRY_HARDER, true]])
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

/** The texts of the codes in a picture: a QR code, or an EAN-13 such as a book's. */
export function readPixels(pixels: Pixels): string[] {
  const source = new RGBLuminanceSource(luminance(pixels), pixels.width, pixels.height)
  const found: string[] = []
  for (const look of [
    (bitmap: BinaryBitmap) => squareReader.decode(bitmap, hints),
    (bitmap: BinaryBitmap) => barReader.decode(bitmap, hints),
  ]) {
    try {
      found.push(look(new BinaryBitmap(new HybridBinarizer(source))).getText())
    } catch {
      // Nothing of this kind in sight.
    }
  }
  return found
}
