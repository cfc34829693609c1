// Reads QR codes and the bar codes of books from the phone's camera: with the browser's own
// detector where it knows both (Chrome on Android), else with the packaged reader.
interface Detector {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>
}
interface DetectorClass {
  new (options: { formats: string[] }): Detector
  getSupportedFormats?(): Promise<string[]>
}

const FORMATS = ['qr_code', 'ean_13']
const EVERY_MS = 250
/** Wide enough for the thin bars of a book, small enough for a phone of 2019. */
const LOOK_WIDTH = 720

const detectorClass = (): DetectorClass | undefined =>
  (window as unknown as { BarcodeDetector?: DetectorClass }).BarcodeDetector

/** Only on https (or this very machine), and not in every webview. */
export const canScan = (): boolean => Boolean(navigator.mediaDevices?.getUserMedia)

type Look = (video: HTMLVideoElement) => Promise<string[]>

async function ownDetector(): Promise<Look | null> {
  const Class = detectorClass()
  const known = await Class?.getSupportedFormats?.().catch(() => [] as string[])
  if (!Class || !known || !FORMATS.every((format) => known.includes(format))) return null
  const detector = new Class({ formats: FORMATS })
  return async (video) => (await detector.detect(video)).map(({ rawValue }) => rawValue)
}

async function packagedReader(): Promise<Look> {
  const { readPixels } = await import('./reader')
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return async (video) => {
    if (!context || video.videoWidth === 0) return []
    const scale = Math.min(1, LOOK_WIDTH / video.videoWidth)
    canvas.width = Math.round(video.videoWidth * scale)
    canvas.height = Math.round(video.videoHeight * scale)
    context.drawImage(video, 0, 0, canvas.width, canvas.height)
    return readPixels(context.getImageData(0, 0, canvas.width, canvas.height))
  }
}

/** Has the reader on the phone before the signal is gone. */
export const fetchReader = (): Promise<unknown> => import('./reader').catch(() => undefined)

/** Calls back with every text seen until it is stopped. Throws where the camera is refused. */
export async function startScanning(
  video: HTMLVideoElement,
  onText: (text: string) => void,
): Promise<() => void> {
  const look = (await ownDetector()) ?? (await packagedReader())
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
    audio: false,
  })
  let stopped = false
  const stop = () => {
    stopped = true
    for (const track of stream.getTracks()) track.stop()
    video.srcObject = null
  }
  try {
    video.srcObject = stream
    await video.play()
  } catch (error) {
    stop()
    throw error
  }
  const again = async () => {
    if (stopped) return
    const found = await look(video).catch(() => [] as string[])
    if (!stopped) for (const text of found) onText(text)
    if (!stopped) setTimeout(() => void again(), EVERY_MS)
  }
  void again()
  return stop
}
