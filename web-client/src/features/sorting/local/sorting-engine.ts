// For browsers without workers; a file of its own, so that the others don't fetch it.
export { Keeper } from './keeper.ts'
