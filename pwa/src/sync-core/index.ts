// The offline protocol as pure functions, twin of the Python package `sync`; sync/README.md is the text.
// No framework, no storage, no network.

export * from './canonical'
export * from './log'
export * from './messages'
export {
  checkNew,
  checkOperation,
  dot,
  isOffice,
  KINDS,
  MalformedOperation,
  MAX_OPERATION_BYTES,
  operationHash,
  readOperation,
  signedBytes,
  splitDot,
  VERSION,
  type Kind,
  type Operation,
} from './operations'
export { admit, isOpen, type Circumstances, type Code, type Phase } from './phases'
export { displayOrder, inConflict, merge, valueOf, write, type Register, type Registers } from './registers'
export * from './replica'
export {
  isRecord,
  readSheet,
  Unresolved,
  type Cover,
  type SealStatus,
  type Sheet,
  type SheetDocument,
  type Snapshot,
} from './seal'
export * from './state'
export { withoutControls } from './values'
