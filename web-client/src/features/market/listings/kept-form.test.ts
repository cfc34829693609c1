import { expect, test } from 'vitest'
import { pick } from '@/shared/photos/uploads'
import { dropForm, formKey, hadPhoto, keepForm, loadForm } from './kept-form'

const photo = { id: 'p1', url: '/p1', thumbnail_url: '/p1/t' }

test('words and uploaded photos come back; a refused photo and one without bytes do not', async () => {
  const key = formKey('wang', undefined)
  const refused = Object.assign(pick(new Blob(['x'])), { status: 'failed', retryable: false })
  const unsent = pick(new Blob(['x']))
  await keepForm(key, { title: '椅子' }, [hadPhoto(photo), refused, unsent])
  const kept = await loadForm<{ title: string }>(key)
  expect(kept?.form).toEqual({ title: '椅子' })
  expect(kept?.photos.map(({ key: of, status }) => [of, status])).toEqual([['p1', 'done']])

  await dropForm(key, kept?.photos ?? [])
  expect(await loadForm(key)).toBeNull()
})

test('two people on one phone, and two things, have drafts of their own', () => {
  const keys = [formKey('wang', undefined), formKey('li', undefined), formKey('wang', '1')]
  expect(new Set(keys).size).toBe(3)
})
