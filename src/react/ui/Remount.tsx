import { Component, Fragment, type ReactNode } from 'react'

/** Errors within {@link WINDOW_MS} ms after which mounting anew is no help. */
const MAX_ERRORS = 5
const WINDOW_MS = 60_000

interface State {
  /** Times of the last errors, in ms since 1970. */
  errors: readonly number[]
  /** Number of errors of all time: the key of what is mounted. */
  mounts: number
  /** Error after which nothing is mounted yet. */
  failed?: { readonly thrown: unknown } | undefined
  /** True when errors keep coming. */
  isFinal?: boolean
}

/**
 * Mounts its children anew when they fail, such as when a program beside React has changed what they have drawn. What
 * must survive stands above this component. Errors that keep coming are thrown again.
 */
export class Remount extends Component<{ children: ReactNode }, State> {
  override state: State = { errors: [], mounts: 0 }
  #told = false

  static getDerivedStateFromError(thrown: unknown): Partial<State> {
    return { failed: { thrown } }
  }

  override componentDidCatch(thrown: unknown): void {
    const now = Date.now()
    const errors = [...this.state.errors.filter((at) => now - at < WINDOW_MS), now]
    if (errors.length > MAX_ERRORS) {
      this.setState({ isFinal: true })
      return
    }
    if (!this.#told) {
      this.#told = true
      console.error(TOLD, thrown)
    }
    this.setState(({ mounts }) => ({ errors, mounts: mounts + 1, failed: undefined }))
  }

  override render() {
    const { failed, isFinal, mounts } = this.state
    if (failed && isFinal) throw failed.thrown
    if (failed) return null
    return <Fragment key={mounts}>{this.props.children}</Fragment>
  }
}

const TOLD =
  'lakefs-uploader: what the widget has drawn was changed by something else, or a part of it failed. It was drawn anew; uploads go on.'
