// A wufei of its own for one test: fresh data folder, fresh database, free port.
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { parseLetter, type Letter } from './letter.ts'
import { sameDayPack } from './pack.ts'

export type Database = 'sqlite' | 'postgres'
export type Role = 'handler' | 'coordinator' | 'verifier' | 'moderator' | 'editor' | 'administrator'

export interface Staff {
  username: string
  password: string
  role: Role
  office?: string
}

const START_WITHIN_MS = 30_000
const STOP_WITHIN_MS = 20_000

function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run the journeys with \`make test\``)
  return value
}

export class Wufei {
  /** What the server wrote, for a failed test's report. */
  log = ''
  url = ''
  /** The one-time address that makes the first administrator. */
  setupLink: string | null = null
  private process: ChildProcess | null = null

  private constructor(
    readonly dataDir: string,
    private readonly databaseName: string | null,
    private readonly pack: string | null,
  ) {}

  /** With `sameDay`, pickups may be booked for today: a crew's day can be lived through in minutes. */
  static async start(database: Database, sameDay = false): Promise<Wufei> {
    const dataDir = await mkdtemp(join(tmpdir(), 'wufei-journey-'))
    const databaseName = database === 'postgres' ? await createDatabase() : null
    const pack = sameDay ? await sameDayPack(join(dataDir, 'pack')) : null
    const server = new Wufei(dataDir, databaseName, pack)
    await server.run()
    return server
  }

  /** Only what the program needs: a setting of the person who runs the tests must not reach it. */
  private environment(): NodeJS.ProcessEnv {
    const settings: NodeJS.ProcessEnv = {
      PATH: process.env.PATH,
      HOME: this.dataDir,
      WUFEI_LISTEN: '127.0.0.1:0',
      WUFEI_DATA_DIR: this.dataDir,
      // A journey's own receiver of webhooks listens on this machine.
      WUFEI_WEBHOOK_NETWORKS: '127.0.0.0/8',
      RUST_BACKTRACE: '1',
    }
    if (this.pack) settings.WUFEI_DISTRICT = this.pack
    if (this.databaseName) settings.WUFEI_DATABASE_URL = databaseUrl(this.databaseName)
    return settings
  }

  private async run(): Promise<void> {
    const child = spawn(required('WUFEI_TEST_BIN'), ['serve'], {
      env: this.environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.process = child
    const listening = new Promise<string>((resolve, reject) => {
      const line = (text: string) => {
        this.log += `${text}\n`
        const link = /https?:\/\/\S*\/setup\?token=[\w-]+/.exec(text)
        if (link) this.setupLink = link[0]
        const address = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(text)
        if (address) resolve(address[1]!)
      }
      createInterface(child.stdout!).on('line', line)
      createInterface(child.stderr!).on('line', line)
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`wufei ended with ${code}:\n${this.log}`)))
      setTimeout(
        () => reject(new Error(`wufei did not listen in time:\n${this.log}`)),
        START_WITHIN_MS,
      ).unref()
    })
    try {
      this.url = await listening
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** Adds somebody who works at the desk, as the person who installs the service does. */
  async addStaff(username: string, role: Role, office?: string): Promise<Staff> {
    const password = `${randomBytes(9).toString('base64url')}-A1`
    const args = ['staff', 'add', '--username', username, '--role', role]
    if (office) args.push('--office', office)
    const child = spawn(required('WUFEI_TEST_BIN'), [...args, '--password-stdin'], {
      env: this.environment(),
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout!.on('data', (data: Buffer) => (output += data.toString()))
    child.stderr!.on('data', (data: Buffer) => (output += data.toString()))
    child.stdin!.end(`${password}\n`)
    const [code] = (await once(child, 'exit')) as [number]
    if (code !== 0) throw new Error(`wufei staff add ended with ${code}: ${output}`)
    return { username, password, role, office }
  }

  /** The letters sent so far, oldest first. */
  async letters(): Promise<Letter[]> {
    const outbox = join(this.dataDir, 'outbox')
    const names = (await readdir(outbox).catch(() => [])).filter((name) => name.endsWith('.eml'))
    const letters = await Promise.all(
      names.sort().map(async (name) => parseLetter(await readFile(join(outbox, name), 'utf8'))),
    )
    return letters
  }

  /** Ends it as an operator does; a server that doesn't stop is an error. */
  async stop(): Promise<void> {
    const child = this.process
    this.process = null
    let ended: string | null = null
    if (child && child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit') as Promise<[number | null, string | null]>
      child.kill('SIGTERM')
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
      const [code, signal] = await exit
      clearTimeout(kill)
      if (code !== 0) ended = `wufei ended with ${code ?? signal} on SIGTERM:\n${this.log}`
    }
    await rm(this.dataDir, { recursive: true, force: true })
    if (this.databaseName) await dropDatabase(this.databaseName)
    if (ended) throw new Error(ended)
  }
}

function databaseUrl(name: string): string {
  const url = new URL(required('WUFEI_TEST_POSTGRES_URL'))
  url.pathname = `/${name}`
  return url.toString()
}

async function asSuperuser(statement: string): Promise<void> {
  const client = new pg.Client({
    connectionString: required('WUFEI_TEST_POSTGRES_URL'),
  })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

async function createDatabase(): Promise<string> {
  const name = `journey_${randomBytes(8).toString('hex')}`
  await asSuperuser(`CREATE DATABASE ${name}`)
  return name
}

async function dropDatabase(name: string): Promise<void> {
  await asSuperuser(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
}
