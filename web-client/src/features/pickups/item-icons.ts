// The pack marks items with emoji, which many older phones cannot draw: these are drawn in the house
// style, on the same 24 × 24 grid as shared/ui/icons.ts.
const DRAWN: Record<string, string> = {
  '🧊': 'M6 3h12v17H6zM6 10h12M9 6v1.5M9 13v3M8 20v1M16 20v1',
  '❄': 'M3 6h18v7H3zM6 10h9M18 10h.01M7 16v2M12 16v4M17 16v2',
  '💨': 'M10 4h4v6h-4zM10 10l-6 5h16l-6-5M4 15v3h16v-3',
  '🌀': 'M5 3h14v18H5zM5 7h14M8 5h.01M12 9.5a4 4 0 1 0 0 8a4 4 0 0 0 0-8M9 13.500c2-1.500 4 1.500 6 0',
  '🚿': 'M8 3h8a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2M10 18v3M14 18v3M12 7a2.500 2.500 0 1 0 0 5a2.500 2.500 0 0 0 0-5',
  '🔥': 'M6 3h12v15H6zM12 7c2 2 2.500 3 2.500 4.500a2.500 2.500 0 0 1-5 0C9.500 10 11 9 12 7M10 18v3M14 18v3',
  '🖨': 'M7 8V3h10v5M5 8h14v8h-3M5 8v8h3M8 13h8v8H8z',
  '📠': 'M5 9h14v11H5zM7 9V4h10v5M9 13h6M9 16h6',
  '📄': 'M3 9h18v10H3zM7 9V4h10v5M6 13h3M13 13h.01M16 13h.01M13 16h.01M16 16h.01',
  '📺': 'M3 5h18v12H3zM8 21h8M12 17v4',
  '🖥': 'M4 4h16v11H4zM12 15v4M8 20h8',
  '💻': 'M5 5h14v10H5zM2 19h20l-2-4H4z',
  '📱': 'M7 3h10v18H7zM11 18h2',
  '☎': 'M4 9c0-4 16-4 16 0l-3 2-2-2H9l-2 2zM7 12l-2 8h14l-2-8M12 13a2 2 0 1 0 0 4a2 2 0 0 0 0-4',
  '🔌': 'M9 3v5M15 3v5M7 8h10v4a5 5 0 0 1-10 0zM12 17v4',
  '🛋': 'M5 11V6h14v5M3 10a2 2 0 0 1 2 2v3h14v-3a2 2 0 0 1 4 0M3 10v9h18v-9M5 19v2M19 19v2',
  '🚪': 'M4 3h16v17H4zM12 3v17M10 11v2M14 11v2M6 20v1M18 20v1',
  '🛏': 'M3 6v14M3 16h18v4M3 12h18v4M21 12v8M6 12V9h5v3',
  '🟫': 'M3 8h18v9H3zM7 12h.01M12 12h.01M17 12h.01M3 17v2M21 17v2',
  '🪑': 'M2 9h20M4 9v11M20 9v11M4 13h16',
  '💺': 'M7 3v10h9v8M7 13v8M7 16h9M10 13V6',
  '🧱': 'M6 8c-1 4-2 8-2 11a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2c0-3-1-7-2-11M8 4h8l-2 4h-4zM6 8h12',
  '🔋': 'M3 8h16v9H3zM19 11h2v3h-2M12 9.500l-3 3.500h4l-3 3',
  '👕': 'M8 4l-5 4 2 4 2-1v9h10v-9l2 1 2-4-5-4c-1 2-7 2-8 0',
  '🌾': 'M4 15a8 5 0 0 1 16 0v4H4zM9 11a3 4 0 0 0-1 8M15 11a3 4 0 0 1 1 8',
  '🧴': 'M10 3h4v4h-4zM8 7h8l1 4v10H7V11zM7 14h10',
  '🛢': 'M6 4h12v16H6zM5 4h14M5 20h14M6 9h12M6 15h12M12 10.500c1 1 1 2 0 3c-1-1-1-2 0-3',
  '🧪': 'M9 3h6M10 3v7l-5 9a1.500 1.500 0 0 0 1.500 2h11a1.500 1.500 0 0 0 1.500-2l-5-9V3M7.500 15h9',
  calendar: 'M4 6h16v14H4zM4 10h16M8 3v4M16 3v4',
  minus: 'M5 12h14',
  plus: 'M12 5v14M5 12h14',
  qr: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2M20 14v2h-2M14 20h2M20 20h-1M18 18h.01',
  scale: 'M12 4v16M7 20h10M4 7h16M7 7l-3 7a3 3 0 0 0 6 0zM17 7l-3 7a3 3 0 0 0 6 0z',
}

export function drawnItem(icon: string): string | null {
  return DRAWN[icon.replace(/\ufe0f/g, '').trim()] ?? null
}
