import type { ReactNode } from 'react'
import { Icon, type IconName } from './icons.tsx'

interface Props {
  icon: IconName
  title: string
  note?: ReactNode
  children?: ReactNode
}

/** A panel that asks: amber, a bold fact, one sentence, then what can be done. */
export function Panel({ icon, title, note, children }: Props) {
  return (
    <section className="lfu-panel" aria-label={title}>
      <Icon name={icon} />
      <div>
        <h3>{title}</h3>
        {note && <p>{note}</p>}
        {children && <div className="lfu-go">{children}</div>}
      </div>
    </section>
  )
}
