import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext } from '@playwright/test'
import { startCommand } from '../../server/command.ts'
import { type Sandbox, type Settings, startSandbox } from '../../server/sandbox/index.ts'

/** How a trial ended. */
export interface Trial {
  /** Figures for its line. */
  figures: string[]
  /** What must not be; empty: passed. */
  problems: string[]
}

/** A lakeFS with its store, and the page on an origin with it. */
export interface Stage {
  sandbox: Sandbox
  origin: string
  /** A folder for what the trial keeps; gone at the end. */
  dir: string
  signIn(context: BrowserContext): Promise<void>
  close(): Promise<void>
}

export async function openStage(pageDir: string, settings: Partial<Settings>): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), 'soak-'))
  const sandbox = await startSandbox({ dir: join(dir, 'store'), settings })
  const command = await startCommand({ lakefs: sandbox.apiUrl, pageDir })
  const origin = command.url.replace(/\/$/, '')
  return {
    sandbox,
    origin,
    dir,
    async signIn(context) {
      await context.request.post(`${origin}/api/v1/auth/login`, {
        headers: { Origin: origin },
        data: { access_key_id: sandbox.keys.accessKeyId, secret_access_key: sandbox.keys.secretAccessKey },
      })
    },
    async close() {
      await command.close(0)
      await sandbox.close()
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Commits that conditional links run into: some of their entries are lost. */
export const racingCommits: Partial<Settings> = { commitMs: 150 }

/** A store that a part which ends after its upload was given up opens the upload again at. */
export const lateParts: Partial<Settings> = { lateParts: true }

/** Merges that see no conflict where the next key has the content of the target's new object. */
export const wrongMerges: Partial<Settings> = { mergeEqualNeighbours: true }
