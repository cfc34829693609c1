// The moderators' names for the types of the server's document.
import type { components } from '@/shared/api/schema'
import type { Ban, ModerationKind } from '@/shared/api/types'
import type { Rule } from './logic/rule'

type Schemas = components['schemas']

export type Part = 'waiting' | 'appeals' | 'decided'
export type Counts = Schemas['ModerationCounts']
export type Line = Schemas['ModerationCaseLine']
export type Flag = Schemas['ModerationFlag']
export type Author = Schemas['AuthorHistory']
export type LogEntry = Schemas['ModerationLogEntry']
export type ReviewCase = Schemas['ModerationCase']
export type Approval = Schemas['Approve']
export type Refusal = Schemas['Refuse']
export type AppealDecision = Schemas['DecideAppeal']
export type NewBan = Schemas['NewBan']
export type RuleLine = Schemas['ModerationRuleLine']
/** A rule is an opaque object in the document. */
export type RuleView = Omit<Schemas['ModerationRuleView'], 'rule' | 'pack_rule'> & {
  rule?: Rule | null
  pack_rule?: Rule | null
}
export type DryRun = Omit<Schemas['DryRun'], 'examples'> & {
  examples: (Omit<Schemas['DryRunExample'], 'kind'> & { kind: ModerationKind })[]
}
export type { Ban }
