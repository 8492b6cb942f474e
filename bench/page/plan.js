import { createUploader } from '../../src/index.ts'

const DESTINATION = { repository: 'lake', branch: 'main', prefix: 'bench-again/' }

/** Puts the files on the branch, as an earlier visit has. */
export async function readyPlan({ receipt = false }) {
  const { createLakeFSClient, planUpload, readSaved, receiptJson, receiptOf } = await import(
    '../../src/core/versioned/index.ts'
  )
  const uploader = createUploader({ ...DESTINATION, onConflict: 'overwrite', viaApiBelow: 2 ** 20, persist: false })
  await uploader.add(window.files)
  await uploader.finished()
  const { files } = uploader.getSnapshot()
  const known = receipt ? await readSaved(receiptJson(receiptOf(DESTINATION, files, { when: Date.now() }))) : undefined
  let listed = 0
  const lakefs = createLakeFSClient({
    fetch: (input, init) => {
      if (new URL(input.url ?? input, location.href).pathname.endsWith('/objects/ls')) listed += 1
      return fetch(input, init)
    },
  })
  return { plan: (given) => planUpload(lakefs, given, DESTINATION, { receipt: known }), listed: () => listed }
}

export async function runPlan({ plan, listed }, files) {
  const { shares, hashed } = await plan(files.map((file) => ({ file, path: file.name })))
  if (shares.identical.files !== files.length) throw new Error(`${shares.identical.files} of ${files.length} known`)
  return { hashed, listed: listed() }
}
