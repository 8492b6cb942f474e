import { Component, type ComponentType, createElement, lazy, type ReactNode, Suspense, useState } from 'react'
import { useI18n } from '../i18n/language.ts'
import { Icon } from './icons.tsx'

/** A chunk could not be loaded: the browser is offline, or the server has a newer build. */
class NotLoaded extends Error {
  override readonly name = 'NotLoaded'
  constructor(
    /** Loads the chunk again when it is next rendered. */
    readonly retry: () => void,
    cause: unknown,
  ) {
    super('a piece could not be fetched', { cause })
  }
}

/**
 * Creates a component whose chunk is loaded when it is first rendered, inside a {@link LazyBoundary}, or before that by
 * `load`. Once it is loaded it renders at once; React's own `lazy` suspends for one turn even then.
 */
export function lazyWithRetry<Props extends object>(importChunk: () => Promise<{ default: ComponentType<Props> }>) {
  let loaded: ComponentType<Props> | undefined
  const load = async () => {
    const chunk = await importChunk()
    loaded = chunk.default
    return chunk
  }
  const lazyChunk = () => {
    const chunk = lazy<ComponentType<Props>>(() =>
      load().catch((cause: unknown): never => {
        // Another place may have loaded the chunk meanwhile.
        throw new NotLoaded(() => Chunk === chunk && renew(), cause)
      }),
    )
    return chunk
  }
  let Chunk = lazyChunk()
  const renew = () => {
    Chunk = lazyChunk()
  }
  const Lazy = (props: Props) => {
    // Chosen once per mount: another component in the same place would lose focus and scroll position.
    const [Loaded] = useState(() => loaded)
    return createElement<Props>(Loaded ?? (Chunk as ComponentType<Props>), props)
  }
  return Object.assign(Lazy, { load })
}

interface Props {
  children: ReactNode
  fallback?: ReactNode
  /** Replaces the usual sentence. */
  missing?: (retry: () => void) => ReactNode
}

/**
 * Suspends until the chunks of its children are loaded. Where loading fails, a sentence replaces them and the rest of
 * the page stays. The chunk is loaded again when the user asks for it and on the next mount; browsers from before
 * whatwg/html 10327 remember the failure and need a reload. Other errors are thrown again.
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
        <span>{`${words.notLoaded.part} `}</span>
        <button type="button" className="lfu-link" onClick={retry}>
          {words.notLoaded.again}
        </button>
      </span>
    </div>
  )
}
