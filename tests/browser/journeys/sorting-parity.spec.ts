// Server and phone answer alike: every name in every language, and thousands that nobody wrote.
import { Agent, get } from 'node:http'
import { Index } from '../../../web-client/src/features/sorting/engine/index.ts'
import type { Answer, Area, Pack } from '../../../web-client/src/features/sorting/engine/types.ts'
import { answer, suggestions } from '../../../web-client/src/features/sorting/engine/view.ts'
import { altered, namesOf } from '../harness/altered.ts'
import { expect, test } from '../harness/fixtures.ts'

const AT_ONCE = 16
const ALTERED = 6_000
const SHOWN = 20

interface Query {
  q: string
  area: Area
}

/** What both sides must agree in; the wording of the texts comes from the pack itself. */
const essence = ({ results, candidates }: Answer) =>
  JSON.stringify({
    results: results.map((result) => [
      result.id,
      result.name,
      result.category ?? null,
      result.subcategory ?? null,
      result.route ?? null,
      result.matched_by,
      result.confidence,
      result.matched ?? null,
      result.why,
      result.note ?? null,
      result.kind.id,
      result.lead ?? null,
    ]),
    candidates: candidates.map(({ id, name }) => [id, name]),
  })

function asker(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  return {
    ask: <T>(path: string): Promise<T> =>
      new Promise((resolve, reject) => {
        get(
          `${url}/api/v1${path}`,
          { agent, headers: { 'accept-language': 'zh-CN' } },
          (answered) => {
            const parts: Buffer[] = []
            answered.on('data', (part: Buffer) => parts.push(part))
            answered.on('error', reject)
            answered.on('end', () => {
              const text = Buffer.concat(parts).toString()
              if (answered.statusCode === 200) resolve(JSON.parse(text) as T)
              else reject(new Error(`${path}: ${answered.statusCode} ${text}`))
            })
          },
        ).on('error', reject)
      }),
    close: () => agent.destroy(),
  }
}

async function each<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length) await work(items[next++]!)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

test('the phone answers every name as the server does @sqlite', async ({ wufei }) => {
  const server = asker(wufei.url)
  const pack = await server.ask<Pack>('/sorting/pack')
  const index = new Index(pack)
  const { chinese, foreign } = namesOf(pack)
  const names = Array.from(new Set([...chinese, ...foreign]))
  const wrong = altered(pack, ALTERED, 20_260_725)
  const areas: Area[] = ['urban', 'village']
  const queries: Query[] = [
    ...names.map((q, at) => ({ q, area: areas[at % 2]! })),
    ...wrong.map((q, at) => ({ q, area: areas[at % 2]! })),
    // The other area too, for some.
    ...[
      ...names.filter((_, at) => at % 10 === 0),
      ...wrong.filter((_, at) => at % 3 === 0),
    ].flatMap((q) => areas.map((area) => ({ q, area }))),
  ]
  const differ: string[] = []
  const matched = new Map<string, number>()
  await each(queries, async ({ q, area }) => {
    const theirs = await server.ask<Answer>(
      `/sorting?limit=${SHOWN}&area=${area}&q=${encodeURIComponent(q)}`,
    )
    const how = theirs.results[0]?.matched_by ?? (theirs.candidates.length > 0 ? 'unsure' : 'none')
    matched.set(how, (matched.get(how) ?? 0) + 1)
    const [server_, phone] = [essence(theirs), essence(answer(index, q, area, SHOWN))]
    if (server_ !== phone) differ.push(`${JSON.stringify(q)} ${area}\n  ${server_}\n  ${phone}`)
  })
  expect(differ.slice(0, 10), `${differ.length} of ${queries.length} differ`).toEqual([])
  expect(differ).toHaveLength(0)
  // Every rung was stood on, else the comparison says nothing.
  for (const how of ['exact', 'alias', 'pinyin', 'typo', 'part', 'unsure', 'none'])
    expect(matched.get(how) ?? 0, how).toBeGreaterThan(50)

  const begun = [...names, ...wrong].filter((_, at) => at % 12 === 0)
  await each(begun, async (name) => {
    const q = Array.from(name)
      .slice(0, 1 + (name.length % 4))
      .join('')
    const theirs = await server.ask<{ items: { id: string; name: string }[] }>(
      `/sorting/suggestions?limit=8&q=${encodeURIComponent(q)}`,
    )
    const ours = suggestions(index, q, 'urban', 8).map(({ id, name }) => ({
      id,
      name,
    }))
    if (JSON.stringify(theirs.items) !== JSON.stringify(ours))
      differ.push(`${q}: ${JSON.stringify(theirs.items)} ${JSON.stringify(ours)}`)
  })
  expect(differ.slice(0, 10), `${differ.length} of ${begun.length} differ`).toEqual([])
  server.close()
})
