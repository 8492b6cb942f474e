import { Component, type ComponentType, lazy, type ReactNode, Suspense } from 'react'
import { Icon } from './icons.tsx'
import { useSpeech } from './language.ts'

/** A piece of the program could not be fetched: there is no network, or the server has a newer one by now. */
class NotLoaded extends Error {
  override readonly name = 'NotLoaded'
}

/** A component that is fetched when it is first shown, inside a {@link Late}. */
export function late<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>) {
  return lazy(() =>
    load().catch((cause: unknown): never => {
      throw new NotLoaded('a piece could not be fetched', { cause })
    }),
  )
}

interface Props {
  children: ReactNode
  fallback?: ReactNode
}

/**
 * Waits for what is inside it. Where that cannot be had, a sentence stands in its place and all around goes on; browsers
 * remember a module that failed (whatwg/html 6768), so only a reload helps. Other errors are thrown on.
 */
export class Late extends Component<Props, { thrown?: unknown }> {
  override state: { thrown?: unknown } = {}

  static getDerivedStateFromError(thrown: unknown) {
    return { thrown }
  }

  override render() {
    const { thrown } = this.state
    if (thrown instanceof NotLoaded) return <Missing />
    if (thrown !== undefined) throw thrown
    return <Suspense fallback={this.props.fallback}>{this.props.children}</Suspense>
  }
}

function Missing() {
  const { words } = useSpeech()
  return (
    <p className="lfu-aside" role="alert">
      <Icon name="info" />
      {words.notLoaded.part}
    </p>
  )
}
