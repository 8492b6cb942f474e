import type { ReactNode } from 'react'
import type { Share } from '../../core/versioned/index.ts'
import { useI18n } from '../i18n/language.ts'
import { Icon, type IconName } from '../ui/icons.tsx'

interface Props {
  icon: IconName
  tone: 'new' | 'same' | 'ask' | 'fail'
  name: string
  note: string
  share: Share
  children?: ReactNode
}

/** Row of a plan: number and size of one kind of files, and the choice about them. */
export function PlanRow({ icon, tone, name, note, share, children }: Props) {
  const { format } = useI18n()
  return (
    <li className={`lfu-plan-row lfu-plan-${tone}`}>
      <Icon name={icon} />
      <span className="lfu-plan-name">{name}</span>
      <bdi className="lfu-plan-count">{format.number(share.files)}</bdi>
      <bdi className="lfu-plan-size">{format.bytes(share.bytes)}</bdi>
      <span className="lfu-plan-why">{note}</span>
      {children && <div className="lfu-plan-choice">{children}</div>}
    </li>
  )
}
