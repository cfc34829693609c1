// A change in place: only what differs from the booking is sent.
import type { ChangePickup, PickupView } from '../types'
import { emptyPlace, placeBody, type ContactInput, type PlaceInput } from './draft'
import { wantedOf, type Counts } from './items'

export interface ChangeForm {
  items: Counts
  slot: string
  place: PlaceInput
  contact: ContactInput
  note: string
}

export function formOf(view: PickupView): ChangeForm {
  const { place } = view
  return {
    items: Object.fromEntries(view.items.map(({ item, count }) => [item, count])),
    slot: view.slot.id,
    place: {
      ...emptyPlace(),
      township: place.township,
      community: place.community ?? '',
      address: place.address,
      floor: place.floor,
      lift: place.lift,
      point: place.lng != null && place.lat != null ? { lng: place.lng, lat: place.lat } : null,
    },
    contact: {
      name: view.contact.name,
      phone: view.contact.phone,
      email: view.contact.email ?? '',
    },
    note: view.note,
  }
}

const differs = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b)

function sorted(counts: Counts) {
  return wantedOf(counts).sort((a, b) => a.item.localeCompare(b.item))
}

export function changesOf(view: PickupView, form: ChangeForm): ChangePickup {
  const before = formOf(view)
  const changes: ChangePickup = {}
  if (differs(sorted(before.items), sorted(form.items))) changes.items = wantedOf(form.items)
  if (form.slot !== '' && form.slot !== before.slot) changes.slot = form.slot
  if (differs(placeBody(before.place), placeBody(form.place))) changes.place = placeBody(form.place)
  const { name, phone, email } = form.contact
  if (differs(before.contact, form.contact))
    changes.contact = {
      name: name.trim(),
      phone: phone.trim(),
      email: email.trim() || undefined,
    }
  if (form.note.trim() !== before.note) changes.note = form.note.trim()
  return changes
}
