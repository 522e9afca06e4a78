// node precompress.mjs [FOLDER]: beside each text of the built site its brotli and its gzip, as small as they get; the
// server sends them to whoever takes them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const TEXT = /\.(html|js|css|svg|webmanifest)$/
// Below this the header that names the coding outweighs what it saves.
const SMALLEST = 500

const [folder = 'dist'] = process.argv.slice(2)
for (const name of readdirSync(folder, { recursive: true })) {
  if (!TEXT.test(name)) continue
  const file = path.join(folder, name)
  const content = readFileSync(file)
  if (content.length < SMALLEST) continue
  writeFileSync(`${file}.br`, brotliCompressSync(content))
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
}
