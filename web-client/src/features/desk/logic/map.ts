// Sizes and colours of what stands on the desk's map.
import type { Light } from '../inbox/types'

const COLOURS: Record<Light, string> = {
  red: '#b3261e',
  amber: '#a86400',
  green: '#1d7a4f',
  stopped: '#5c6b64',
}
/** How the deadline stands; cases that are over have none. */
export const colourOf = (light: Light | null): string => COLOURS[light ?? 'stopped']

export const sideOfCluster = (count: number): number =>
  count < 10 ? 42 : count < 50 ? 50 : count < 1000 ? 58 : 66
