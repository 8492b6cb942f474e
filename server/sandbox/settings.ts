/** What a deployer would configure, and what older or smaller servers lack. All of it can change while it runs. */
export interface Settings {
  /** Life of a session. Default 7 days. */
  sessionSeconds: number
  /** Life of a presigned URL. Default 15 minutes. */
  urlSeconds: number
  /** How long an address can be linked. Default 24 hours. */
  linkSeconds: number
  /** How long branch protection rules are remembered before a change bites; lakeFS: 5. Default 0. */
  protectionSeconds: number
  /** Whether there are presigned URLs at all. Default true where the store has them. */
  presign: boolean
  /** Whether lakeFS has a key to sign with; without one Google's store promises URLs and answers 500. */
  signingKey: boolean
  /** What `pre_sign_support_ui` says. */
  presignUi: boolean
  /** Presigned multipart (pmpu); off: 501. */
  multipart: boolean
  /** The route that signs one part; off: 404, as on servers before it. */
  signPart: boolean
  /** Whether an address may be linked twice; off: 400. */
  linkTwice: boolean
  /** Give a token with every address and want it back at link. */
  token: boolean
  /** Pull requests; off: 404. */
  pulls: boolean
  /**
   * Ms that a commit takes. As on the real server a conditional link or upload meanwhile writes its entry into what is
   * being committed, meets it and is answered 412; the commit has passed every second of these keys and leaves it out.
   */
  commitMs: number
  /** Whether the store answers with CORS headers. */
  cors: boolean
  /** Whether the store lets the page read ETag. */
  exposeEtag: boolean
  /** Whether Azure's CORS rule lets Content-MD5 through; off: as rules were before blocks were verified. */
  allowContentMd5: boolean
  /** Speed limit of one body on its way to the store, also through the API. */
  bytesPerSecond: number | null
  /** A hook that refuses every commit (412). */
  hook: HookRefusal | null
  /** Whether every part that ends after its upload was aborted opens that again on S3, without a fault. Default false. */
  lateParts: boolean
  /** Merges write over the target's new object where the next key of the base has the same content. Default false. */
  mergeEqualNeighbours: boolean
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
  }
}

/** Takes over known settings of the right type; anything else is an error with the name. */
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
