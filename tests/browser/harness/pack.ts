// The district's pack with other times: what takes days there happens today here.
import { cp, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const OURS = join(dirname(fileURLToPath(import.meta.url)), '../../../infra/districts/jiangyuan')

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(file, 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`${file} is not what the journeys expect`)
  await writeFile(file, after)
}

/** Every round runs every day, holidays included, and can be booked until the end of its day. */
export async function sameDayPack(folder: string): Promise<string> {
  await cp(OURS, folder, { recursive: true })
  await edit(join(folder, 'pickups/service.toml'), (text) =>
    text
      .replace(/^earliest_days = .*$/m, 'earliest_days = 0')
      .replace(/^cut_off_working_days = .*$/m, 'cut_off_working_days = 0')
      .replace(/^cut_off_time = .*$/m, 'cut_off_time = "23:59"')
      .replace(/^morning = .*$/m, 'morning = "00:00-23:57"')
      .replace(/^afternoon = .*$/m, 'afternoon = "23:57-23:58"'),
  )
  await edit(join(folder, 'pickups/templates.csv'), (text) =>
    text
      .split('\n')
      .map((line, index) => {
        const [id, collector, zone, , ...rest] = line.split(',')
        if (index === 0 || rest.length === 0) return line
        return [id, collector, zone, 'mon tue wed thu fri sat sun make-up', ...rest].join(',')
      })
      .join('\n'),
  )
  await edit(join(folder, 'holidays.csv'), (text) => `${text.split('\n')[0]}\n`)
  return folder
}
