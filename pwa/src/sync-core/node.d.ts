// What lives.test.ts needs of Node. Its full types would give the browser's timers other types everywhere.
declare module 'node:fs' {
  export function readFileSync(path: string, encoding: 'utf-8'): string
  export function writeFileSync(path: string, text: string): void
}
declare module 'node:process' {
  export const env: Record<string, string | undefined>
}
