/** Domains that are never public: https://www.iana.org/assignments/special-use-domain-names and those of home routers. */
const PRIVATE_DOMAIN = /\.(local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa|test)$/

/**
 * Returns where the host of a URL is: on this machine, in a private network by its address or name, or anywhere. A name
 * of any kind may still resolve to a private address, which a page cannot see.
 */
export function hostKind({ hostname }: Pick<URL, 'hostname'>): 'loopback' | 'private' | 'any' {
  const host = hostname.toLowerCase().replace(/\.$/, '')
  if (host === 'localhost' || host.endsWith('.localhost')) return 'loopback'
  if (host.startsWith('[')) return kindOf6(host.slice(1, -1))
  const bytes = host.split('.').map(Number)
  if (bytes.length === 4 && bytes.every((byte) => byte >= 0 && byte <= 255)) return kindOf4(bytes)
  // A name without a dot is one of the own network, such as that of a container.
  return !host.includes('.') || PRIVATE_DOMAIN.test(host) ? 'private' : 'any'
}

/** RFC 1918, RFC 3927 (link-local) and RFC 6598 (carrier NAT). */
function kindOf4([a = 0, b = 0]: readonly number[]): 'loopback' | 'private' | 'any' {
  if (a === 127) return 'loopback'
  const isPrivate =
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b < 128)
  return isPrivate ? 'private' : 'any'
}

/** RFC 4193 (unique local) and RFC 4291 (link-local); an address of version 4 inside stays one of its kind. */
function kindOf6(host: string): 'loopback' | 'private' | 'any' {
  if (host === '::1') return 'loopback'
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(host) ?? []
  if (high !== undefined && low !== undefined) {
    const value = Number.parseInt(high, 16)
    // Browsers do not trust a loopback address in this form.
    return kindOf4([value >> 8, value & 255]) === 'any' ? 'any' : 'private'
  }
  return /^(f[cd]|fe[89ab])/.test(host) ? 'private' : 'any'
}

/**
 * True for an address that a page on https may send to: https, and http on this machine, which is trustworthy although
 * nothing encrypts it (https://www.w3.org/TR/secure-contexts/, 3.1; WebKit does not agree).
 */
export function isTrustworthy(url: Pick<URL, 'protocol' | 'hostname'>): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && hostKind(url) === 'loopback')
}
