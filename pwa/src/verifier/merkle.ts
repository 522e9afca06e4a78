/** The tree over a pool's or roster's leaves (RFC 6962 section 2.1). */
import { Fault } from './findings'
import { bytesHash, bytesOf, hexOf, textHash } from './sha256'

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** The root over strictly ascending leaves of 64 hex digits. Throws Fault leaf_duplicate or leaves_order. */
export function* rootOf(leaves: readonly string[]): Generator<void, string> {
  for (let i = 1; i < leaves.length; i++) {
    if (leaves[i - 1]! >= leaves[i]!) throw new Fault(leaves[i - 1] === leaves[i] ? 'leaf_duplicate' : 'leaves_order')
  }
  if (!leaves.length) return textHash('')
  let level = leaves.map((leaf) => bytesHash(LEAF, bytesOf(leaf)))
  yield
  while (level.length > 1) {
    const above: Uint8Array<ArrayBuffer>[] = []
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i]!, level[i + 1]]
      // An odd last node moves up, which gives the same root as the recursive split.
      above.push(right ? bytesHash(NODE, left, right) : left)
    }
    level = above
    yield
  }
  return hexOf(level[0]!)
}
