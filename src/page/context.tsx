import { createContext, useContext } from 'react'
import type { LakeFS } from '../core/lakefs/index.ts'
import type { Format } from '../index.ts'
import type { Settings } from './settings.ts'
import type { PageWords } from './words.ts'

/** Context of all parts of the page. */
export interface PageContext {
  settings: Settings
  words: PageWords
  format: Format
  lakefs: LakeFS
}

const Context = createContext<PageContext | undefined>(undefined)
export const PageProvider = Context.Provider

export function usePage(): PageContext {
  const context = useContext(Context)
  if (!context) throw new Error('this part belongs inside the page')
  return context
}
