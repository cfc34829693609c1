import type { components } from '@/shared/api/schema'

type Schemas = components['schemas']

export type TaskView = Schemas['TaskView']
export type TaskDone = Schemas['TaskDone']
export type Stance = Schemas['Stance']
