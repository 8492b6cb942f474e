import { defaultPolicies, type Policy } from './policies.ts'

/**
 * Configuration of lakeFS and its store, and features that older or smaller servers lack. Every setting may change at
 * any time.
 */
export interface Settings {
  /** Seconds until a session expires. Default 7 days. */
  sessionSeconds: number
  /** Seconds until a presigned URL expires. Default 15 minutes. */
  urlSeconds: number
  /** Seconds for which an address can be linked. Default 24 hours. */
  linkSeconds: number
  /** Seconds for which branch protection rules are cached; lakeFS: 5. Default 0. */
  protectionSeconds: number
  /** Presigned URLs exist. Default true where the store has them. */
  presign: boolean
  /** lakeFS has a key to sign with. Without one it announces URLs for Google Cloud Storage and answers 500. */
  signingKey: boolean
  /** Value of `pre_sign_support_ui`. */
  presignUi: boolean
  /** Presigned multipart uploads exist; false: 501. */
  multipart: boolean
  /** The route that signs one part exists; false: 404, as on older servers. */
  signPart: boolean
  /** An address may be linked twice; false: 400. */
  linkTwice: boolean
  /** Each address has a token, which the link must send back. */
  token: boolean
  /** Pull requests exist; false: 404. */
  pulls: boolean
  /**
   * Ms that a commit takes. As in lakeFS, a conditional link or upload meanwhile stages its entry and is answered 412.
   * The commit has already passed every second of these keys and omits it.
   */
  commitMs: number
  /** The store sends CORS headers. */
  cors: boolean
  /** The store exposes ETag to the page. */
  exposeEtag: boolean
  /** The CORS rule on Azure allows Content-MD5; false: like rules from before blocks were verified. */
  allowContentMd5: boolean
  /** Limit for the speed of each body to the store or the API; null: none. */
  bytesPerSecond: number | null
  /** Hook that refuses every commit (412). */
  hook: HookRefusal | null
  /**
   * On S3 every part that ends after its upload was aborted restores the upload, also without a fault. Default false.
   */
  lateParts: boolean
  /**
   * A merge overwrites a new object of the target when the next key of the base has the same content, which imitates a
   * bug of lakeFS. Default false.
   */
  mergeEqualNeighbours: boolean
  /** What each user may do. A user whom it does not name cannot sign in. */
  policies: Readonly<Record<string, Policy>>
}

export interface HookRefusal {
  action: string
  hook: string
  output: string
}

export function defaultSettings(): Settings {
  return {
    sessionSeconds: 7 * 24 * 3600,
    urlSeconds: 15 * 60,
    linkSeconds: 24 * 3600,
    protectionSeconds: 0,
    presign: true,
    signingKey: true,
    presignUi: true,
    multipart: true,
    signPart: true,
    linkTwice: true,
    token: false,
    pulls: true,
    commitMs: 0,
    cors: true,
    exposeEtag: true,
    allowContentMd5: true,
    bytesPerSecond: null,
    hook: null,
    lateParts: false,
    mergeEqualNeighbours: false,
    policies: defaultPolicies(),
  }
}

/**
 * Applies changes.
 * @throws TypeError for an unknown setting or a wrong type.
 */
export function changeSettings(settings: Settings, changes: Record<string, unknown>): void {
  const defaults = defaultSettings() as unknown as Record<string, unknown>
  const target = settings as unknown as Record<string, unknown>
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in defaults)) throw new TypeError(`no setting "${name}"`)
    const known = defaults[name]
    if (known !== null && typeof value !== typeof known) throw new TypeError(`setting "${name}" is a ${typeof known}`)
    target[name] = value
  }
}
