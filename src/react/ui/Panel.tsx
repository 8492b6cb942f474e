import type { ReactNode } from 'react'
import { Icon, type IconName } from './icons.tsx'

interface Props {
  icon: IconName
  title: string
  note?: ReactNode
  /** Level of the heading below its surroundings. Default 3. */
  level?: 2 | 3
  children?: ReactNode
}

/** Panel that asks the user for a decision: a title, a sentence, and the actions. */
export function Panel({ icon, title, note, level = 3, children }: Props) {
  const Heading = `h${level}` as const
  return (
    <section className="lfu-panel" aria-label={title}>
      <Icon name={icon} />
      <div>
        <Heading>{title}</Heading>
        {note && <p>{note}</p>}
        {children && <div className="lfu-go">{children}</div>}
      </div>
    </section>
  )
}
