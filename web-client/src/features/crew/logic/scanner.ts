// Reads a QR code with the browser's own detector where there is one (Chrome on Android). Elsewhere
// the phone's camera or WeChat opens the label's address by itself.
interface Detector {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>
}
type DetectorClass = new (options: { formats: string[] }) => Detector

const detectorClass = (): DetectorClass | undefined =>
  (window as unknown as { BarcodeDetector?: DetectorClass }).BarcodeDetector

export const canScan = (): boolean =>
  detectorClass() !== undefined && Boolean(navigator.mediaDevices?.getUserMedia)

const EVERY_MS = 250

/** Calls back with every text seen until it is stopped. Throws where the camera is refused. */
export async function startScanning(
  video: HTMLVideoElement,
  onText: (text: string) => void,
): Promise<() => void> {
  const Class = detectorClass()
  if (!Class) throw new Error('no detector')
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment' },
    audio: false,
  })
  video.srcObject = stream
  await video.play()
  const detector = new Class({ formats: ['qr_code'] })
  let stopped = false
  const look = async () => {
    if (stopped) return
    const found = await detector.detect(video).catch(() => [])
    for (const { rawValue } of found) onText(rawValue)
    if (!stopped) setTimeout(() => void look(), EVERY_MS)
  }
  void look()
  return () => {
    stopped = true
    for (const track of stream.getTracks()) track.stop()
    video.srcObject = null
  }
}
