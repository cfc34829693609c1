/** Rung in localStorage: other tabs of a device read again, and the app knows it is one. */
export const DAY_BELL = 'wufei.event-day'
