/** Gives a text to the person as a file. Nothing leaves the browser. */
export function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // Safari takes the file over some time after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
