import { useState } from 'react'
import type { LakeFSClient } from '../../core/index.ts'
import { type Checked, type Receipt, type Saved, verifyReceipt, wasThere } from '../../core/versioned/index.ts'
import { errorText } from './error-text.ts'
import { useWords } from './words.ts'

/** Verifies the objects of a receipt and returns the result in words. */
export function useVerifying() {
  const words = useWords()
  const [result, setResult] = useState<string>()
  const [files, setFiles] = useState<readonly Checked[]>([])
  const [busy, setBusy] = useState(false)

  async function verify(lakefs: LakeFSClient | Promise<LakeFSClient>, receipt: Receipt | Saved) {
    if (busy) return
    setBusy(true)
    setFiles([])
    const of = receipt.files.filter(wasThere).length
    try {
      const checked = await verifyReceipt(await lakefs, receipt, {
        onProgress: (done) => setResult(words.verifying(done, of)),
      })
      const count = (verdict: Checked['verdict']) => checked.filter((one) => one.verdict === verdict).length
      const [same, changed, missing, unreadable] = [
        count('same'),
        count('changed'),
        count('missing'),
        count('unreadable'),
      ]
      const others = changed + missing + unreadable > 0 ? words.notVerified(changed, missing, unreadable) : ''
      setResult([words.verified(same), others].join(' ').trim())
      setFiles(checked.filter(({ verdict }) => verdict !== 'same'))
    } catch (thrown) {
      setResult(errorText(words, thrown, receipt.branch))
    } finally {
      setBusy(false)
    }
  }
  return { result, changed: files, busy, verify }
}
