/** Which sections of the desk a role works in. The server decides what may be done there. */
import type { Role } from '../../contracts/vocabulary'

export interface Section {
  name: 'home' | 'plans' | 'tasks' | 'codes' | 'reviews' | 'signOffs' | 'objects' | 'inspectors' | 'items' | 'imports' | 'devices' | 'rescue'
  path: string
  /** Further addresses that belong to it. */
  also?: string[]
  /** Null: everybody at the desk. */
  roles: Role[] | null
}

export const SECTIONS: Section[] = [
  { name: 'home', path: '/office', roles: null },
  { name: 'plans', path: '/office/plans', roles: null },
  { name: 'tasks', path: '/office/tasks', roles: null },
  { name: 'codes', path: '/office/codes', roles: ['custodian'] },
  { name: 'reviews', path: '/office/reviews', roles: ['reviewer', 'supervisor', 'auditor'] },
  { name: 'signOffs', path: '/office/sign-offs', roles: ['supervisor'] },
  { name: 'objects', path: '/office/objects', roles: null },
  { name: 'inspectors', path: '/office/inspectors', also: ['/office/experts', '/office/recusals'], roles: null },
  { name: 'items', path: '/office/items', roles: null },
  { name: 'imports', path: '/office/imports', roles: ['liaison'] },
  { name: 'rescue', path: '/rescue', roles: ['reviewer'] },
  { name: 'devices', path: '/office/devices', roles: ['dispatcher', 'supervisor', 'admin'] },
]
