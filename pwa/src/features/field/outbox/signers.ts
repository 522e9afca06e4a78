/** The keys of this device, by replica: also those that were given up, for what was written under their name. */
import { publicKeyOf, signWith } from '../../../access/keys'
import { IdentityDatabase } from '../../../device/identity'
import type { Signer } from '../../../sync/rescue'

export function signers(usr: string): (rep: string) => Promise<Signer | null> {
  const identity = new IdentityDatabase()
  return async (rep) => {
    const replica = await identity.replicas.get(rep)
    if (!replica) return null
    const base64 = await publicKeyOf(replica)
    const public_key = base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
    return { rep, usr, public_key, sign: (bytes) => signWith(replica, bytes) }
  }
}
