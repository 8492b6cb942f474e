import { render } from '@testing-library/react'
import { LakeFSUploader, type LakeFSUploaderProps } from '../LakeFSUploader.tsx'
import { FakeUploader } from './fake-uploader.ts'
import { DESTINATION, SCENES, type Scene } from './scenes.ts'

/** Returns a scene of the gallery by its name. @throws Error where there is none. */
export function scene(name: string): Scene {
  const make = SCENES[name]
  if (!make) throw new Error(`no scene ${name}`)
  return make()
}

/** Renders the component with the files of a scene, and an uploader that does what its buttons say. */
export function show(scene: Scene, props: Partial<LakeFSUploaderProps> = {}) {
  const uploader = new FakeUploader(scene)
  return { uploader, ...render(<LakeFSUploader {...DESTINATION} uploader={uploader} {...props} />) }
}
