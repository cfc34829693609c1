// The moderators' names for the types of the server's document.
import type { components } from '@/shared/api/schema'
import type {
  Appeal,
  AppealState,
  Ban,
  FlagReason,
  ModerationCause,
  ModerationDecision,
  ModerationKind,
  ModerationReason,
  ModerationState,
} from '@/shared/api/types'
import type { Rule } from './logic/rule'

type Schemas = components['schemas']

export type Part = 'waiting' | 'appeals' | 'decided'
export type Counts = Schemas['ModerationCounts']
export type Line = Omit<
  Schemas['ModerationCaseLine'],
  'subject_kind' | 'state' | 'cause' | 'appeal'
> & {
  subject_kind: ModerationKind
  state: ModerationState
  cause: ModerationCause
  appeal?: AppealState | null
}
export type Flag = Omit<Schemas['ModerationFlag'], 'reason'> & { reason: FlagReason }
export type Author = Schemas['AuthorHistory']
export type LogEntry = Schemas['ModerationLogEntry']
export type ReviewCase = Omit<
  Schemas['ModerationCase'],
  'subject_kind' | 'state' | 'cause' | 'decision' | 'reasons' | 'appeal' | 'flags' | 'price_fen'
> & {
  subject_kind: ModerationKind
  state: ModerationState
  cause: ModerationCause
  decision: ModerationDecision
  reasons: ModerationReason[]
  appeal?: Appeal | null
  flags: Flag[]
  price_fen?: number | null
}
export type Approval = Schemas['Approve']
export type Refusal = Schemas['Refuse']
export type AppealDecision = Schemas['DecideAppeal']
export type NewBan = Schemas['NewBan']
export type RuleLine = Schemas['ModerationRuleLine']
export type RuleView = Omit<Schemas['ModerationRuleView'], 'rule' | 'pack_rule'> & {
  rule?: Rule | null
  pack_rule?: Rule | null
}
export type DryRun = Omit<Schemas['DryRun'], 'examples'> & {
  examples: (Omit<Schemas['DryRunExample'], 'decision' | 'kind'> & {
    decision: ModerationDecision
    kind: ModerationKind
  })[]
}
export type { Ban }
