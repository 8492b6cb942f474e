import { Component, type ComponentType, createElement, lazy, type ReactNode, Suspense } from 'react'
import { useI18n } from '../i18n/language.ts'
import { Icon } from './icons.tsx'

/** A piece of the program could not be fetched: there is no network, or the server has a newer one by now. */
class NotLoaded extends Error {
  override readonly name = 'NotLoaded'
  constructor(
    /** Fetches it anew when it is next shown. */
    readonly again: () => void,
    cause: unknown,
  ) {
    super('a piece could not be fetched', { cause })
  }
}

/** A component that is fetched when it is first shown, inside a {@link Late}. */
export function late<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>) {
  const fetched = () => {
    const piece = lazy<ComponentType<Props>>(() =>
      load().catch((cause: unknown): never => {
        // Another place may have fetched it meanwhile.
        throw new NotLoaded(() => Piece === piece && renew(), cause)
      }),
    )
    return piece
  }
  let Piece = fetched()
  const renew = () => {
    Piece = fetched()
  }
  return (props: Props) => createElement<Props>(Piece as ComponentType<Props>, props)
}

interface Props {
  children: ReactNode
  fallback?: ReactNode
  /** In place of the usual sentence. */
  missing?: (again: () => void) => ReactNode
}

/**
 * Waits for what is inside it. Where that cannot be had, a sentence stands in its place and all around goes on. It is
 * fetched again when somebody asks for it and when it is next shown; browsers from before whatwg/html 10327 remember that
 * it failed, and need a reload. Other errors are thrown on.
 */
export class Late extends Component<Props, { thrown?: unknown }> {
  override state: { thrown?: unknown } = {}

  static getDerivedStateFromError(thrown: unknown) {
    return { thrown }
  }

  override componentWillUnmount() {
    if (this.state.thrown instanceof NotLoaded) this.state.thrown.again()
  }

  override render() {
    const { thrown } = this.state
    if (thrown instanceof NotLoaded) {
      const again = () => {
        thrown.again()
        this.setState({ thrown: undefined })
      }
      return this.props.missing?.(again) ?? <Missing again={again} />
    }
    if (thrown !== undefined) throw thrown
    return <Suspense fallback={this.props.fallback}>{this.props.children}</Suspense>
  }
}

function Missing({ again }: { again: () => void }) {
  const { words } = useI18n()
  return (
    <div className="lfu-aside" role="alert">
      <Icon name="info" />
      <span>
        {words.notLoaded.part}{' '}
        <button type="button" className="lfu-link" onClick={again}>
          {words.notLoaded.again}
        </button>
      </span>
    </div>
  )
}
