/** How a form hands the server's objections (problem+json `errors`) to its fields. */
import type { InjectionKey, Ref } from 'vue'

import type { FieldProblem } from '../../api/problem'

export const FAULTS: InjectionKey<Ref<FieldProblem[]>> = Symbol('faults')
