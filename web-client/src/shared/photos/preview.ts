// Full-screen viewing, in its own file so that it is loaded with the first tap on a picture.
import { showImagePreview } from 'vant'
import 'vant/es/image-preview/style/index'

export function preview(images: string[], startPosition: number): void {
  showImagePreview({ images, startPosition, closeable: true, closeIconPosition: 'top-right' })
}
