// What checklist.test.ts needs of Node. Its full types would give the browser's timers other types everywhere.
declare module 'node:inspector/promises' {
  interface Coverage {
    result: { url: string; functions: { ranges: { count: number }[] }[] }[]
  }
  export class Session {
    connect(): void
    disconnect(): void
    post(method: 'Profiler.enable'): Promise<void>
    post(method: 'Profiler.startPreciseCoverage', options: { callCount: boolean; detailed: boolean }): Promise<void>
    post(method: 'Profiler.takePreciseCoverage'): Promise<Coverage>
  }
}
