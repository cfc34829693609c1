import type { components } from '@/shared/api/schema'

type Schemas = components['schemas']

export type TargetsPage = Schemas['TargetsPage']
export type TargetQuarter = Schemas['TargetQuarter']
export type TargetPart = Schemas['TargetPart']
export type TargetBody = Schemas['TargetFigures']
export type TargetHistory = Schemas['TargetHistory']
export type Comparison = Schemas['TargetComparison']
export type ComparedOffice = Schemas['ComparedOffice']
export type Proposal = Schemas['ProposalView']
export type ProposalState = Schemas['ProposalState']
export type Kind = Schemas['HotspotMeasure']
export type NewProposal = Schemas['NewProposal']
