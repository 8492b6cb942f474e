import { LakeFSUploader, type ObjectStats } from 'lakefs-uploader'
import 'lakefs-uploader/style.css'
import { StrictMode, useState, version } from 'react'
import { createRoot } from 'react-dom/client'

function App() {
  const [arrived, setArrived] = useState<readonly ObjectStats[]>([])
  return (
    <>
      <h1>React {version}</h1>
      <LakeFSUploader
        repository="demo"
        branch="main"
        prefix="app18/"
        onUploaded={(object) => setArrived((before) => [...before, object])}
      />
      <output>{arrived.map(({ path }) => path).join(', ')}</output>
    </>
  )
}

const root = document.getElementById('root')
if (!root) throw new Error('no root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
