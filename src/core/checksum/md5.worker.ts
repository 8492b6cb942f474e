import { serveHashes } from './hashing.ts'

serveHashes(self)
