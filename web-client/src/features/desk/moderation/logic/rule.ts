// A rule as the pack writes it, and as a form holds it.

export const KINDS = ['listing', 'message', 'event', 'report', 'comment'] as const
export type Kind = (typeof KINDS)[number]
export const APPLIES = ['always', 'with-intent', 'unless-complaint'] as const
export type Applies = (typeof APPLIES)[number]
export const LISTS = ['strong', 'weak', 'hints', 'except'] as const
export type ListName = (typeof LISTS)[number]
export const LANGUAGES = ['zh', 'en', 'ko'] as const

export interface Rule {
  id: string
  decision: 'publish' | 'hold' | 'refuse'
  applies: Partial<Record<Kind, Applies>>
  source: string
  message: Record<(typeof LANGUAGES)[number], string>
  finds?: string | null
  strong: string[]
  weak: string[]
  hints: string[]
  except: string[]
  allows_containers: boolean
  reach?: number | null
  things?: string[]
  before?: string[]
  after?: string[]
  yields?: boolean
  examples?: string[]
}

/** What the form does not show and must not lose. */
const UNSHOWN = ['things', 'before', 'after', 'yields', 'examples'] as const
type Unshown = Pick<Rule, (typeof UNSHOWN)[number]>

export interface RuleForm extends Record<ListName, string> {
  id: string
  decision: Rule['decision']
  applies: Record<Kind, Applies | ''>
  source: string
  message: Rule['message']
  finds: string | null
  allows_containers: boolean
  reach: string
  unshown: Unshown
}

export function emptyRule(): Rule {
  return {
    id: '',
    decision: 'hold',
    applies: { listing: 'always', message: 'always', event: 'always', comment: 'always' },
    source: '',
    message: { zh: '', en: '', ko: '' },
    strong: [],
    weak: [],
    hints: [],
    except: [],
    allows_containers: false,
  }
}

export function toForm(rule: Rule): RuleForm {
  const lines = (name: ListName) => (rule[name] ?? []).join('\n')
  return {
    id: rule.id,
    decision: rule.decision,
    applies: Object.fromEntries(
      KINDS.map((kind) => [kind, rule.applies[kind] ?? '']),
    ) as RuleForm['applies'],
    source: rule.source,
    message: { zh: rule.message.zh, en: rule.message.en ?? '', ko: rule.message.ko ?? '' },
    finds: rule.finds ?? null,
    strong: lines('strong'),
    weak: lines('weak'),
    hints: lines('hints'),
    except: lines('except'),
    allows_containers: rule.allows_containers ?? false,
    reach: rule.reach == null ? '' : String(rule.reach),
    unshown: Object.fromEntries(
      UNSHOWN.filter((name) => rule[name] !== undefined).map((name) => [name, rule[name]]),
    ),
  }
}

/** One word a line, each once. */
export function wordsOf(lines: string): string[] {
  const words = lines
    .split('\n')
    .map((word) => word.trim())
    .filter((word) => word !== '')
  return Array.from(new Set(words))
}

export function fromForm(form: RuleForm): Rule {
  const reach = Number(form.reach)
  return {
    ...form.unshown,
    id: form.id.trim(),
    decision: form.decision,
    applies: Object.fromEntries(
      KINDS.filter((kind) => form.applies[kind] !== '').map((kind) => [kind, form.applies[kind]]),
    ),
    source: form.source.trim(),
    message: {
      zh: form.message.zh.trim(),
      en: form.message.en.trim(),
      ko: form.message.ko.trim(),
    },
    finds: form.finds,
    strong: wordsOf(form.strong),
    weak: wordsOf(form.weak),
    hints: wordsOf(form.hints),
    except: wordsOf(form.except),
    allows_containers: form.allows_containers,
    reach: form.reach.trim() === '' || !Number.isInteger(reach) || reach < 1 ? null : reach,
  }
}

/** Two rules with the same fingerprint hold the same things: a trial of one counts for the other. */
export const fingerprint = (rule: Rule): string => JSON.stringify(fromForm(toForm(rule)))

export type Fault = 'id' | 'source' | 'zh' | 'applies' | 'words'

export function faultsOf(rule: Rule): Fault[] {
  const faults: Fault[] = []
  if (!/^[a-z0-9-]{1,60}$/.test(rule.id)) faults.push('id')
  if (Object.keys(rule.applies).length === 0) faults.push('applies')
  if (rule.message.zh === '') faults.push('zh')
  if (rule.source === '') faults.push('source')
  if (!rule.finds && rule.strong.length === 0 && rule.weak.length === 0) faults.push('words')
  return faults
}

export interface WordChange {
  list: ListName
  added: string[]
  removed: string[]
}

export function wordChanges(before: Rule, after: Rule): WordChange[] {
  return LISTS.map((list) => {
    const old = new Set(before[list])
    const fresh = new Set(after[list])
    return {
      list,
      added: after[list].filter((word) => !old.has(word)),
      removed: before[list].filter((word) => !fresh.has(word)),
    }
  }).filter(({ added, removed }) => added.length + removed.length > 0)
}
