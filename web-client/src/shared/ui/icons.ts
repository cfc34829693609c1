// Drawn for Wufei on a 24 × 24 grid with a 2-unit round stroke; `M…` strings are strokes.
export const ICONS: Record<string, string> = {
  camera: 'M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01',
  chart: 'M4 20h17M7 20v-7M12 20V5M17 20v-10',
  list: 'M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01',
  map: 'M9 4L3 6v14l6-2 6 2 6-2V4l-6 2zM9 4v14M15 6v14',
  search: 'M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14M16 16l5 5',
  building: 'M4 21V7l8-4 8 4v14zM9 21v-5h6v5M8 10h.01M12 10h.01M16 10h.01',
  pin: 'M12 21c-4-5-6-8-6-11a6 6 0 0 1 12 0c0 3-2 6-6 11M12 8a2 2 0 1 0 0 4a2 2 0 0 0 0-4',
  locate: 'M12 7a5 5 0 1 0 0 10a5 5 0 0 0 0-10M12 2v3M12 19v3M2 12h3M19 12h3',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  down: 'M5 9l7 7 7-7',
  close: 'M6 6l12 12M18 6L6 18',
  check: 'M5 12l5 5L20 7',
  plus: 'M12 5v14M5 12h14',
  retry: 'M20 12a8 8 0 1 1-2.5-5.8M20 3v5h-5',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  edit: 'M4 20l1-5L16 4l4 4L9 19zM14 6l4 4',
  share: 'M12 15V4M8 8l4-4 4 4M5 13v7h14v-7',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  clock: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 7v5l3 3',
  alert: 'M12 3L2 20h20zM12 10v4M12 17h.01',
  info: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 11v6M12 7h.01',
  people:
    'M9 5a3 3 0 1 0 0 6a3 3 0 0 0 0-6M3 20c0-4 3-6 6-6s6 2 6 6M16 6a3 3 0 0 1 0 5M17 14c3 .5 4 3 4 6',
  phone:
    'M5 4h4l2 5-2.5 2a12 12 0 0 0 5 5L16 13.5l5 2v4a1.5 1.5 0 0 1-2 1.5C11 20 4 13 3.5 6A1.5 1.5 0 0 1 5 4',
  lock: 'M6 11h12v10H6zM9 11V8a3 3 0 0 1 6 0v3',
  star: 'M12 3.5l2.6 5.6 6 .7-4.5 4.1 1.2 6.1-5.3-3.1L6.7 20l1.2-6.1L3.4 9.8l6-.7z',
  globe:
    'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M3 12h18M12 3c3 3 3.5 6 3.5 9s-.5 6-3.5 9c-3-3-3.5-6-3.5-9s.5-6 3.5-9',
  text: 'M3 19L9 5l6 14M5 14h8M16 19l3-8 3 8M17 17h4',
  login: 'M14 4h6v16h-6M4 12h11M11 8l4 4-4 4',
  van: 'M2 6h12v10H2zM14 9h4l4 4v3h-8M6.5 15a2 2 0 1 0 0 4a2 2 0 0 0 0-4M17.5 15a2 2 0 1 0 0 4a2 2 0 0 0 0-4',
  home: 'M3 11l9-8 9 8M6 9v11h12V9M10 20v-6h4v6',
  leaf: 'M5 19C5 9 11 4 20 4c0 10-5 15-13 14M5 21c1-5 4-9 9-11',
  wifi_off:
    'M3 3l18 18M8.5 15a5 5 0 0 1 6 0M5 11.5a10 10 0 0 1 4-2.3M14 9a10 10 0 0 1 5 2.5M12 19h.01',
  question:
    'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .9-1 1.7v.5M12 17h.01',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6',
  mic: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3M6 11a6 6 0 0 0 12 0M12 17v4M9 21h6',
  truck:
    'M3 6h11v10H3zM14 9h4l3 4v3h-7zM7 15.5a2 2 0 1 0 0 4a2 2 0 0 0 0-4M17 15.5a2 2 0 1 0 0 4a2 2 0 0 0 0-4',
  school: 'M12 4L2 9l10 5 10-5zM6 11v5c3 3 9 3 12 0v-5M22 9v6',
  calendar: 'M4 6h16v14H4zM4 10h16M8 3v5M16 3v5M8 14h.01M12 14h.01M16 14h.01',
  printer: 'M7 8V4h10v4M7 17H4V8h16v9h-3M7 14h10v6H7z',
  book_in: 'M4 13v7h16v-7M12 3v11M8 10l4 4 4-4',
  book_out: 'M4 13v7h16v-7M12 14V3M8 7l4-4 4 4',
  shelf: 'M3 10h18M3 20h18M5 10V4h3v6M8 5h3v5M13 10l2-6 3 1-1.500 5M5 20v-6h4v6M12 20v-5h5v5',

  // kinds of waste
  household: 'M5 8h14l-1.5 13h-11zM4 8h16M9 8V5h6v3M10 12v5M14 12v5',
  village: 'M3 12l5-4 5 4v8H3zM7 20v-4h2v4M17 20v-6M17 14c-3-1-3-6 0-8 3 2 3 7 0 8',
  construction: 'M3 20h18M5 20v-5h6v5M13 20v-5h6v5M9 15v-5h6v5M12 10V6M10 6h4',
  renovation: 'M4 5h13v5H4zM17 7h3v5h-9v3M10 15h3v6h-3z',
  industrial: 'M3 21V11l6 3v-3l6 3V4h4v17zM7 17h.01M11 17h.01M15 17h.01',
  mine: 'M2 20l6-10 4 6 3-4 7 8zM5 6c3-3 7-3 10 0M10 4v5',
  hazardous: 'M12 3L2 20h20zM12 8c1.5 2 2.5 3 2.5 5a2.5 2.5 0 0 1-5 0c0-2 1-3 2.5-5M9 17.5h6',
  medical: 'M4 8h16v12H4zM9 8V5h6v3M12 11v6M9 14h6',
  kitchen: 'M4 11h16c0 5-3 8-8 8s-8-3-8-8M8 8c0-2 1-2 1-4M12 8c0-2 1-2 1-4M16 8c0-2 1-2 1-4M8 21h8',
  sludge:
    'M3 16c2 0 2 2 4.5 2s2.5-2 4.5-2 2 2 4.5 2 2.5-2 4.5-2M3 20.5h18M12 3c3 4 4 5.5 4 7.5a4 4 0 0 1-8 0C8 8.5 9 7 12 3',
  farm: 'M3 20h18M12 20v-9M12 14c-4 0-6-2-6-6 4 0 6 2 6 6M12 11c0-4 2-6 6-6 0 4-2 6-6 6',
  straw: 'M12 21V9M8 21c0-6-1-9-4-12M16 21c0-6 1-9 4-12M12 9c-2-2-2-4 0-6 2 2 2 4 0 6M9 17h6',
  manure:
    'M5 10c0-3 2-4 4-4h6c2 0 4 1 4 4v6H5zM5 10L3 7M19 10l2-3M9 16v4M15 16v4M9.5 11h.01M14.5 11h.01',
  appliance: 'M6 3h12v18H6zM6 10h12M9 6v1.5M9 13v3',
  scrap:
    'M12 3l3 5H9zM4.5 20l-1-2.5L6 13l3.5 5M19.5 20l1-2.5L18 13l-3.5 5M9 18h6M9.5 8L7 12M14.5 8l2.5 4',
  parcel: 'M4 8l8-4 8 4v9l-8 4-8-4zM4 8l8 4 8-4M12 12v9M8 6l8 4',
  market:
    'M4 10V20h16V10M3 10l2-6h14l2 6M3 10c0 2 3 2 3 0 0 2 4 2 4 0 0 2 4 2 4 0 0 2 4 2 4 0 0 2 3 2 3 0M9 20v-5h6v5',
}

/** The pack names pictures freely; several names may share one drawing. */
const ALIASES: Record<string, string> = {
  household_town: 'household',
  household_urban: 'household',
  town: 'household',
  bin: 'household',
  trash_bag: 'household',
  household_village: 'village',
  rural: 'village',
  brick: 'construction',
  rubble: 'construction',
  decoration: 'renovation',
  paint: 'renovation',
  factory: 'industrial',
  industry: 'industrial',
  mining: 'mine',
  mountain: 'mine',
  tailings: 'mine',
  hazard: 'hazardous',
  chemical: 'hazardous',
  barrel: 'hazardous',
  syringe: 'medical',
  hospital: 'medical',
  food: 'kitchen',
  bowl: 'kitchen',
  sewage: 'sludge',
  mud: 'sludge',
  farm_film: 'farm',
  film: 'farm',
  pesticide: 'farm',
  agriculture: 'farm',
  sprout: 'farm',
  wheat: 'straw',
  livestock: 'manure',
  carcass: 'manure',
  animal: 'manure',
  pig: 'manure',
  ewaste: 'appliance',
  e_waste: 'appliance',
  electronics: 'appliance',
  fridge: 'appliance',
  tv: 'appliance',
  recycle: 'scrap',
  recyclable: 'scrap',
  recycling: 'scrap',
  scrapyard: 'scrap',
  scrap_yard: 'scrap',
  plastic: 'parcel',
  plastics: 'parcel',
  package: 'parcel',
  packaging: 'parcel',
  box: 'parcel',
  second_hand: 'market',
  secondhand: 'market',
  stall: 'market',
  shop: 'market',
  unknown: 'question',
  other: 'question',
}

/** District packs may give an emoji: the known ones are drawn in the house style. */
const EMOJI: Record<string, string> = {
  '🗑': 'household',
  '🏡': 'village',
  '🍲': 'kitchen',
  '🧱': 'construction',
  '☠': 'hazardous',
  '💉': 'medical',
  '🏭': 'industrial',
  '⛏': 'mine',
  '🛢': 'sludge',
  '🌱': 'farm',
  '🌾': 'straw',
  '🐄': 'manure',
  '📺': 'appliance',
  '♻': 'scrap',
  '📦': 'parcel',
  '🪑': 'market',
  '❓': 'question',
}

export type Picture = { path: string } | { text: string }

/** A drawing where there is one; a pack's own emoji as it is; else the question mark. */
export function pictureOf(name: string): Picture {
  const bare = name.replace(/\ufe0f/g, '').trim()
  const key = bare.replace(/-/g, '_')
  const path = ICONS[key] ?? ICONS[ALIASES[key] ?? EMOJI[bare] ?? '']
  if (path) return { path }
  return /^[\x20-\x7e]*$/.test(bare) ? { path: ICONS.question } : { text: bare }
}
