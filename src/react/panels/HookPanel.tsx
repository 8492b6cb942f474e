import type { HookRefusal } from '../../core/versioned/index.ts'
import { Panel } from '../ui/Panel.tsx'
import { useWords } from './words.ts'

/** Hooks that refused, with their output. */
export function HookPanel({ refusal }: { refusal: HookRefusal }) {
  const words = useWords()
  return (
    <div role="alert" className="lfu-hook">
      <Panel
        icon="asking"
        title={refusal.refused === 'merge' ? words.hookRefusedMerge : words.hookRefused}
        note={words.hookNote}
      >
        {refusal.hooks.length === 0 && <pre className="lfu-mono">{refusal.detail}</pre>}
        {refusal.hooks.map(({ action, hook, output }) => (
          <div key={`${action}/${hook}`} className="lfu-hook-said">
            <strong>{words.hookSaid(action, hook)}</strong>
            <pre dir="auto" className="lfu-mono">
              {output || refusal.detail}
            </pre>
          </div>
        ))}
      </Panel>
    </div>
  )
}
