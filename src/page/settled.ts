import { useEffect, useState } from 'react'

/** Ms after the last key before lakeFS is asked. */
const TYPING_MS = 200

export function useSettled<T>(value: T, ms = TYPING_MS): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}
