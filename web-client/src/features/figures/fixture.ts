// Figures as the server answers them, for tests.
import type { FigureRow, FollowUp } from './types'

export function followUp(change: Partial<FollowUp> = {}): FollowUp {
  return {
    received: 48,
    open: 17,
    closed: 23,
    rejected: 3,
    merged: 5,
    closed_in_time: 7,
    handled: 41,
    rework: 18,
    extended: 1,
    returned: 2,
    disputed: 0,
    recurred: 37,
    first_action: { median: 45, p90: 2250, cases: 47 },
    close: { median: 4050, p90: 5301, cases: 23 },
    satisfaction: { average: 2.7576, scores: 33 },
    rates: {
      closed: 0.575,
      closed_in_time: 0.3043,
      rework: 0.439,
      extended: 0.0208,
      returned: null,
      disputed: 0,
      recurred: 0.8605,
    },
    ...change,
  }
}

export const row = (id: string, figures: FollowUp | null): FigureRow => ({ id, name: id, figures })
