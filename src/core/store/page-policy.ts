/** What a `securitypolicyviolation` event tells that matters here. */
export type Violation = Pick<
  SecurityPolicyViolationEvent,
  'blockedURI' | 'disposition' | 'effectiveDirective' | 'originalPolicy'
>

/** Refusal of the page's own Content-Security-Policy. */
export interface PolicyBlock {
  /** Directive that refuses, such as `connect-src`. */
  directive: string
  /** Origin that it refuses. */
  origin: string
  /** The same directive with the origin added. */
  rule: string
}

/** Directives that requests of scripts fall under. Images or frames of the host from the same origin say nothing. */
const OURS: ReadonlySet<string> = new Set(['connect-src', 'default-src'])

/**
 * Remembers which origins the Content-Security-Policy of the page refuses. A request that it refuses looks like one
 * without an answer, and only an event of the page tells the difference.
 */
export class PagePolicy {
  readonly #blocks = new Map<string, PolicyBlock>()
  readonly #page: string

  /** @param page origin of the page. */
  constructor(page: string) {
    this.#page = page
  }

  hear({ blockedURI, disposition, effectiveDirective, originalPolicy }: Violation): void {
    // A policy that only reports lets the request pass.
    if (disposition === 'report' || !OURS.has(effectiveDirective)) return
    const origin = originOf(blockedURI)
    if (origin === undefined) return
    const rule = policyWith(originalPolicy ?? '', origin === this.#page ? "'self'" : origin)
    this.#blocks.set(origin, { directive: effectiveDirective, origin, rule })
  }

  /** Returns the refusal of an origin; undefined when the policy was not seen to refuse it. */
  blocks(origin: string): PolicyBlock | undefined {
    return this.#blocks.get(origin)
  }

  /** Forgets a refusal, because the origin has answered. */
  forget(origin: string): void {
    this.#blocks.delete(origin)
  }
}

function originOf(uri: string): string | undefined {
  try {
    const { origin } = new URL(uri)
    return origin === 'null' ? undefined : origin
  } catch {
    return undefined
  }
}

/**
 * Returns the `connect-src` of a policy with one more source. Without that directive `default-src` holds, whose sources
 * a new `connect-src` must repeat.
 */
export function policyWith(policy: string, source: string): string {
  const directives = policy.split(';').map((one) => one.trim().split(/\s+/))
  const named = (name: string) => directives.find(([first]) => first?.toLowerCase() === name)
  const given = (named('connect-src') ?? named('default-src') ?? []).slice(1)
  const sources = given.filter((one) => one.toLowerCase() !== "'none'" && one !== source)
  return ['connect-src', ...sources, source].join(' ')
}
