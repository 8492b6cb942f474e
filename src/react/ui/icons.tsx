import type { ReactNode } from 'react'
import type { FileStatus } from '../../core/index.ts'

const dot = (cx: number, cy: number, r: number) => <circle className="lfu-fill" cx={cx} cy={cy} r={r} />

const ring = <circle cx="8" cy="8" r="5.75" />

/** Paths on a grid of 16, with stroke 1.5 and round ends. The eleven statuses come first. */
const SHAPES = {
  queued: <circle cx="8" cy="8" r="5.75" strokeDasharray="1.6 2.01" />,
  checking: (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.4 10.4 3.35 3.35" />
    </>
  ),
  sending: (
    <>
      <path d="M8 9.6V2.6M4.9 5.5 8 2.4l3.1 3.1" />
      <path d="M1.75 13.1c1.05 0 1.05-.95 2.1-.95s1.05.95 2.1.95 1-.95 2.05-.95 1.05.95 2.1.95 1.05-.95 2.1-.95 1 .95 2.05.95" />
    </>
  ),
  finishing: (
    <>
      <circle cx="8" cy="8" r="2.6" />
      <path d="M1.5 8h3.4M11.1 8h3.4" />
    </>
  ),
  waiting: (
    <>
      {ring}
      <path d="M8 4.8V8l2.2 1.5" />
    </>
  ),
  paused: (
    <>
      {ring}
      <path d="M6.4 5.9v4.2M9.6 5.9v4.2" />
    </>
  ),
  asking: (
    <>
      <path d="M7.1 1.9a1.27 1.27 0 0 1 1.8 0l5.2 5.2a1.27 1.27 0 0 1 0 1.8l-5.2 5.2a1.27 1.27 0 0 1-1.8 0L1.9 8.9a1.27 1.27 0 0 1 0-1.8z" />
      <path d="M6.5 6.7c0-.9.7-1.5 1.5-1.5s1.5.6 1.5 1.4c0 1-1.5 1.1-1.5 2.1" />
      {dot(8, 10.9, 0.85)}
    </>
  ),
  uploaded: (
    <>
      {ring}
      <path d="m5.5 8.2 1.75 1.75L10.6 6.3" />
    </>
  ),
  skipped: (
    <>
      <path d="M2.5 9.5C3 6 5.2 4.2 8 4.2c2.3 0 4.2 1.2 5.2 3.4M13.6 4.4v3.4h-3.3" />
      {dot(8, 11.2, 1.35)}
    </>
  ),
  failed: (
    <>
      <path className="lfu-fill" d="M5.3 1.75h5.4l3.55 3.55v5.4l-3.55 3.55H5.3L1.75 10.7V5.3z" />
      <path className="lfu-cut" d="M8 4.9v3.5" />
      <circle className="lfu-cut-fill" cx="8" cy="10.95" r=".95" />
    </>
  ),
  cancelled: (
    <>
      {ring}
      <path d="m4.1 11.9 7.8-7.8" />
    </>
  ),
  pause: <path d="M5.75 4v8M10.25 4v8" />,
  play: <path d="M5.5 3.9v8.2l6.3-4.1z" />,
  cross: <path d="m4.25 4.25 7.5 7.5M11.75 4.25l-7.5 7.5" />,
  retry: (
    <>
      <path d="M12.9 8a4.9 4.9 0 1 1-1.5-3.55" />
      <path d="M12.6 1.9v2.9H9.7" />
    </>
  ),
  down: <path d="m4.5 6.25 3.5 3.5 3.5-3.5" />,
  forth: <path d="m6.25 4.5 3.5 3.5-3.5 3.5" />,
  branch: (
    <>
      <circle cx="4.5" cy="3.6" r="1.6" />
      <circle cx="4.5" cy="12.4" r="1.6" />
      <circle cx="11.5" cy="5.2" r="1.6" />
      <path d="M4.5 5.2v5.6M11.5 6.8c0 2.4-3.6 2-6.3 3.9" />
    </>
  ),
  lake: (
    <>
      <path d="M1.75 5c1.05 0 1.05-.95 2.1-.95S4.9 5 5.95 5 6.95 4.05 8 4.05 9.05 5 10.1 5s1.05-.95 2.1-.95 1 .95 2.05.95" />
      <path d="M1.75 8.7c1.05 0 1.05-.95 2.1-.95s1.05.95 2.1.95 1-.95 2.05-.95 1.05.95 2.1.95 1.05-.95 2.1-.95 1 .95 2.05.95" />
      <path d="M1.75 12.4c1.05 0 1.05-.95 2.1-.95s1.05.95 2.1.95 1-.95 2.05-.95 1.05.95 2.1.95 1.05-.95 2.1-.95 1 .95 2.05.95" />
    </>
  ),
  folder: <path d="M1.9 12V4.2c0-.6.5-1 1-1h3.2l1.5 1.7h5.5c.6 0 1 .4 1 1V12c0 .6-.4 1-1 1H2.9c-.5 0-1-.4-1-1z" />,
  copy: (
    <>
      <rect x="5.4" y="5.4" width="8" height="8" rx="1.5" />
      <path d="M10.6 5.2V4.1c0-.8-.7-1.5-1.5-1.5h-5c-.8 0-1.5.7-1.5 1.5v5c0 .8.7 1.5 1.5 1.5h1.1" />
    </>
  ),
  key: (
    <>
      <circle cx="5" cy="11" r="2.75" />
      <path d="m7 9 6-6M10.6 5.4l1.9 1.9" />
    </>
  ),
  lock: (
    <>
      <rect x="3" y="7" width="10" height="6.75" rx="1.5" />
      <path d="M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2" />
    </>
  ),
  eye: (
    <>
      <path d="M1.6 8C3.2 5.3 5.4 4 8 4s4.8 1.3 6.4 4c-1.6 2.7-3.8 4-6.4 4S3.2 10.7 1.6 8z" />
      <circle cx="8" cy="8" r="1.9" />
    </>
  ),
  tick: <path d="m3.75 8.4 2.7 2.7 5.8-6.2" strokeWidth="2" />,
  save: (
    <>
      <path d="M8 2.4v7.2M4.9 6.7 8 9.8l3.1-3.1" />
      <path d="M2.5 11.4v1.1c0 .7.5 1.1 1.1 1.1h8.8c.6 0 1.1-.4 1.1-1.1v-1.1" />
    </>
  ),
  plus: <path d="M8 3.5v9M3.5 8h9" />,
  changed: <path d="M8 2.6 13.4 13H2.6z" />,
  equal: <path d="M3.5 6h9M3.5 10h9" />,
  receipt: (
    <>
      <path d="M3.4 1.9h9.2v12.2l-1.55-1.1-1.5 1.1L8 13l-1.55 1.1-1.5-1.1-1.55 1.1z" />
      <path d="M5.9 5.4h4.2M5.9 8.3h4.2" />
    </>
  ),
  info: (
    <>
      {ring}
      <path d="M8 7.4v3.2" />
      {dot(8, 5.2, 0.85)}
    </>
  ),
  file: (
    <>
      <path d="M4.4 1.9h4.4l3.6 3.6v7.6c0 .6-.4 1-1 1h-7c-.6 0-1-.4-1-1V2.9c0-.6.4-1 1-1z" />
      <path d="M8.6 2v3.7h3.7" />
    </>
  ),
} satisfies Record<FileStatus, ReactNode> & Record<string, ReactNode>

export type IconName = keyof typeof SHAPES

/** Icon beside a word or inside a named button, so it is hidden from screen readers. */
export function Icon({ name, flip }: { name: IconName /** Mirrors it in RTL text. */; flip?: boolean }) {
  return (
    <svg className={flip ? 'lfu-icon lfu-flip' : 'lfu-icon'} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[name]}
    </svg>
  )
}
