import { type ReactNode, useId } from 'react'
import { standAlone } from '../../core/error-sentences.ts'
import type { ConflictPolicy, Destination, UploadError } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import type { Picking } from './usePicking.tsx'

/** Half widths and opacities of the rings at rest. While files are dragged over them they are 16 % wider. */
const RINGS = [
  [58, 1],
  [116, 0.9],
  [186, 0.74],
  [270, 0.56],
  [372, 0.38],
  [500, 0.24],
] as const

/** Drop zone of the empty widget: names the destination and accepts files. A server renders the same. */
export function DropZone({ picking, destination }: { picking: Picking; destination: Destination }) {
  const { words } = useI18n()
  const { prefix, branch } = destination
  const why = useId()
  const over = picking.dragging !== undefined && picking.held === undefined
  return (
    <div className={over ? 'lfu-zone lfu-over' : 'lfu-zone'}>
      <svg className="lfu-rings" viewBox="0 0 680 300" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
        <g>
          {RINGS.map(([radius, strength]) => (
            <ellipse key={radius} cx="340" cy="110" rx={radius} ry={radius * 0.26} opacity={strength} />
          ))}
        </g>
      </svg>
      <Drawing />
      <div className="lfu-zone-words">
        <h2>{over ? words.dragTitle(picking.dragging ?? 0) : words.dropTitle}</h2>
        {picking.held === undefined ? (
          <p>{over ? words.dragNote(prefix, branch) : words.dropNote(prefix, branch)}</p>
        ) : (
          <DisabledReason picking={picking} id={why} />
        )}
      </div>
      {/* Invisible while files are dragged over, and not removed, so that nothing moves. */}
      <div className="lfu-zone-buttons">
        <PickerButtons picking={picking} why={why} look={['lfu-button lfu-primary lfu-big', 'lfu-button lfu-big']} />
      </div>
    </div>
  )
}

/** Buttons of both pickers. While no files are accepted they stay focusable and are described by the reason. */
function PickerButtons({ picking, why, look }: { picking: Picking; why: string; look: [string, string] }) {
  const { words } = useI18n()
  const held = picking.held === undefined ? {} : { 'aria-disabled': true, 'aria-describedby': why }
  return (
    <>
      <button type="button" className={look[0]} data-fallback="" onClick={picking.chooseFiles} {...held}>
        {words.chooseFiles}
      </button>
      <button type="button" className={look[1]} onClick={picking.chooseFolder} {...held}>
        {words.chooseFolder}
      </button>
    </>
  )
}

/** Reason why no files are accepted. Each attempt announces it again. */
function DisabledReason({ picking, id }: { picking: Picking; id: string }) {
  return (
    <p key={picking.refused} id={id} className="lfu-held" {...(picking.refused > 0 ? { role: 'alert' } : {})}>
      {picking.held}
    </p>
  )
}

/** Says that dropped files did not arrive, which only the page around the widget can cause. */
export function LostDrop() {
  const { words } = useI18n()
  return (
    <div className="lfu-aside" role="alert">
      <Icon name="info" />
      <span className="lfu-aside-text">{words.dropLost}</span>
    </div>
  )
}

/** Line below the drop zone. */
export interface Note {
  icon: IconName
  text: string
}

/** Notes below the drop zone about every upload. */
export function Notes({
  policy,
  notes = [],
  refusal,
}: {
  policy: ConflictPolicy
  notes?: readonly Note[] | undefined
  /** Why the user may not write to the destination. */
  refusal: UploadError | undefined
}) {
  const { words } = useI18n()
  const all: readonly Note[] = [
    ...(refusal ? [{ icon: 'lock' as const, text: standAlone(words.errors[refusal.code], refusal.facts) }] : []),
    { icon: 'asking', text: words.policy[policy] },
    ...notes,
    { icon: 'branch', text: words.factUncommitted },
  ]
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without bullets.
    <ul role="list" className="lfu-facts">
      {all.map(({ icon, text }) => (
        <li key={text}>
          <Icon name={icon} />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  )
}

/** Drop target below a list; files dropped there are added to it. */
export function DropStrip({ picking, children }: { picking: Picking; children?: ReactNode }) {
  const { words } = useI18n()
  const why = useId()
  const over = picking.dragging !== undefined && picking.held === undefined
  return (
    <div className={over ? 'lfu-strip lfu-over' : 'lfu-strip'}>
      <span className="lfu-grow">
        {picking.held === undefined ? (
          <span>{over ? words.dragTitle(picking.dragging ?? 0) : words.dropMore}</span>
        ) : (
          <DisabledReason picking={picking} id={why} />
        )}
        {children}
      </span>
      <PickerButtons picking={picking} why={why} look={['lfu-button lfu-small', 'lfu-button lfu-small']} />
    </div>
  )
}

/** Drawing of a folder between two sheets of paper. */
function Drawing() {
  return (
    <svg className="lfu-drawing" width="92" height="60" viewBox="0 0 92 60" aria-hidden="true">
      <g transform="translate(13 11) rotate(-11)">
        <path className="lfu-paper" d="M2 0h11l6.5 6.5V25a2 2 0 0 1-2 2H2a2 2 0 0 1-2-2V2a2 2 0 0 1 2-2z" />
        <path d="M12.75.25V5a1.75 1.75 0 0 0 1.75 1.75h4.75" />
      </g>
      <g transform="translate(60 7.5) rotate(11)">
        <path className="lfu-paper" d="M2 0h11l6.5 6.5V25a2 2 0 0 1-2 2H2a2 2 0 0 1-2-2V2a2 2 0 0 1 2-2z" />
        <path d="M12.75.25V5a1.75 1.75 0 0 0 1.75 1.75h4.75" />
        <path d="M4.5 14h9M4.5 18.5h6" />
      </g>
      <path
        className="lfu-paper"
        d="M27 24.5V48a2.5 2.5 0 0 0 2.5 2.5h33A2.5 2.5 0 0 0 65 48V27.5a2.5 2.5 0 0 0-2.5-2.5H45.5l-4-4.5h-12a2.5 2.5 0 0 0-2.5 2.5z"
      />
    </svg>
  )
}
