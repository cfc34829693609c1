import type { components } from '@/shared/api/schema'

type Schemas = components['schemas']

export type PartView = Schemas['PartView']
export type ConsultationView = Schemas['ConsultationView']
export type OpinionView = Schemas['OpinionView']
export type LinkView = Schemas['LinkView']
export type WitnessView = Schemas['WitnessView']
export type MadeLink = Schemas['MadeLink']
export type Stance = Schemas['Stance']
export type OpenPart = Omit<Schemas['OpenPart'], 'version'>
export type OpenConsultation = Omit<Schemas['OpenConsultation'], 'version'>
export type MakeLink = Schemas['MakeLink']

/** What may be asked for in a dialog. */
export type Asked =
  | { form: 'part' | 'consult' | 'link' }
  | { form: 'part_done' | 'join'; part: PartView }
  | { form: 'opinion' | 'decide'; consultation: ConsultationView }
  | { form: 'revoke'; link: LinkView }
