/** A decimal as people type it, in the one form that the protocol takes. Pure. */

const TYPED = /^([+-]?)(\d{0,12})(?:[.,。．](\d*))?$/

/** "007,50" -> "7.50"; null when it is no number or has more decimals than asked. */
export function readNumber(typed: string, decimals: number): string | null {
  const plain = typed.trim().replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
  const [, sign = '', whole = '', fraction = ''] = TYPED.exec(plain) ?? []
  if (!whole && !fraction) return null
  if (fraction.length > decimals) return null
  const value = `${whole.replace(/^0+(?=\d)/, '') || '0'}${fraction && `.${fraction}`}`
  return sign === '-' && /[1-9]/.test(value) ? `-${value}` : value
}
