import { Component, type ComponentType, createElement, lazy, type ReactNode, Suspense, useState } from 'react'
import { useI18n } from '../i18n/language.ts'
import { Icon } from './icons.tsx'

/** A piece of the program could not be fetched: there is no network, or the server has a newer one by now. */
class NotLoaded extends Error {
  override readonly name = 'NotLoaded'
  constructor(
    /** Makes the piece be fetched again when it is next shown. */
    readonly retry: () => void,
    cause: unknown,
  ) {
    super('a piece could not be fetched', { cause })
  }
}

/**
 * A component that is fetched when it is first shown, inside a {@link LazyBoundary}, or ahead of that by `load`. Once it is
 * there it shows without a moment of nothing; React's own `lazy` waits for one turn even then.
 */
export function lazyWithRetry<Props extends object>(fetchPiece: () => Promise<{ default: ComponentType<Props> }>) {
  let loaded: ComponentType<Props> | undefined
  const load = async () => {
    const piece = await fetchPiece()
    loaded = piece.default
    return piece
  }
  const lazyPiece = () => {
    const piece = lazy<ComponentType<Props>>(() =>
      load().catch((cause: unknown): never => {
        // Another place may have fetched it meanwhile.
        throw new NotLoaded(() => Piece === piece && renew(), cause)
      }),
    )
    return piece
  }
  let Piece = lazyPiece()
  const renew = () => {
    Piece = lazyPiece()
  }
  const Lazy = (props: Props) => {
    // Chosen once: another component in the same place would lose focus and scroll.
    const [Loaded] = useState(() => loaded)
    return createElement<Props>(Loaded ?? (Piece as ComponentType<Props>), props)
  }
  return Object.assign(Lazy, { load })
}

interface Props {
  children: ReactNode
  fallback?: ReactNode
  /** Shown in place of the usual sentence. */
  missing?: (retry: () => void) => ReactNode
}

/**
 * Waits for what is inside it. Where that cannot be fetched, a sentence stands in its place and all around goes on. It is
 * fetched again when the user asks for it and when it is next shown; browsers from before whatwg/html 10327 remember that
 * it failed, and need a reload. Other errors are thrown on.
 */
export class LazyBoundary extends Component<Props, { thrown?: unknown }> {
  override state: { thrown?: unknown } = {}

  static getDerivedStateFromError(thrown: unknown) {
    return { thrown }
  }

  override componentWillUnmount() {
    if (this.state.thrown instanceof NotLoaded) this.state.thrown.retry()
  }

  override render() {
    const { thrown } = this.state
    if (thrown instanceof NotLoaded) {
      const retry = () => {
        thrown.retry()
        this.setState({ thrown: undefined })
      }
      return this.props.missing?.(retry) ?? <Missing retry={retry} />
    }
    if (thrown !== undefined) throw thrown
    return <Suspense fallback={this.props.fallback}>{this.props.children}</Suspense>
  }
}

function Missing({ retry }: { retry: () => void }) {
  const { words } = useI18n()
  return (
    <div className="lfu-aside" role="alert">
      <Icon name="info" />
      <span>
        {words.notLoaded.part}{' '}
        <button type="button" className="lfu-link" onClick={retry}>
          {words.notLoaded.again}
        </button>
      </span>
    </div>
  )
}
