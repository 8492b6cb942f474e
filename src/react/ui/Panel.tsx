import type { ReactNode } from 'react'
import { Icon, type IconName } from './icons.tsx'

interface Props {
  icon: IconName
  title: string
  note?: ReactNode
  /** Of its heading, by what stands before it. Default 3. */
  level?: 2 | 3
  children?: ReactNode
}

/** A panel that asks: amber, a bold fact, one sentence, then what can be done. */
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
