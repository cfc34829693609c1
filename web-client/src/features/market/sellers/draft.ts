// The merchant's form while it is written: on the phone until it has been handed in.
import type { UploadedPhoto } from '@/shared/api/types'
import { deleteItem, getItem, putItem } from '@/shared/util/idb'
import type { OwnSeller, SellerForm } from '../asks/types'

const key = (username: string) => `seller:${username}`

export interface SellerDraft {
  name: string
  intro: string
  licence_number: string
  township: string
  /** The photo that was handed in before; a new one takes its place. */
  kept_photo: string
  photo: UploadedPhoto | null
}

export const emptySeller = (): SellerDraft => ({
  name: '',
  intro: '',
  licence_number: '',
  township: '',
  kept_photo: '',
  photo: null,
})

export const draftOf = (seller: OwnSeller): SellerDraft => ({
  name: seller.name,
  intro: seller.intro,
  licence_number: seller.licence_number,
  township: seller.township.id,
  kept_photo: seller.licence_photo,
  photo: null,
})

export const formOf = (draft: SellerDraft, licence_number: string): SellerForm => ({
  name: draft.name.trim(),
  intro: draft.intro.trim(),
  licence_number,
  licence_photo: draft.photo?.id ?? draft.kept_photo,
  township: draft.township,
})

export const loadSeller = (username: string) => getItem<SellerDraft>('asks', key(username))
export const keepSeller = (username: string, draft: SellerDraft) =>
  putItem('asks', key(username), JSON.parse(JSON.stringify(draft)))
export const dropSeller = (username: string) => deleteItem('asks', key(username))
