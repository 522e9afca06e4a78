/** The facts that conditions may ask for, handed to every row of a form. */
import type { InjectionKey, Ref } from 'vue'

import { objectKindWords, objectStatusWords } from '../../../contracts/vocabulary'
import type { Fact, Option } from './editing'

export const FACTS: InjectionKey<Ref<Fact[]>> = Symbol('facts')

interface Words {
  /** The word of a code of the vocabulary. */
  word: (words: Record<string, [string, string]>, code: string) => string
  /** The word of an open code of that group. */
  named: (group: string, code: string) => string
  /** All open codes of that group that have a word. */
  codes: (group: string) => string[]
}

const RISKS = ['A', 'B', 'C', 'D']

/** The facts of an inspected object, with the choices that are known. */
export function objectFacts({ word, named, codes }: Words, regions: Option[]): Fact[] {
  const fact = (name: string, kind: Fact['kind'], options?: Option[]): Fact => ({ name, label: named('fact', name), kind, options })
  const open = (group: string): Option[] => codes(group).map((code) => ({ code, label: named(group, code) }))
  const closed = (words: Record<string, [string, string]>): Option[] =>
    Object.keys(words).map((code) => ({ code, label: word(words, code) }))
  return [
    fact('status', 'choice', closed(objectStatusWords)),
    fact('kind', 'choice', closed(objectKindWords)),
    fact('risk', 'choice', RISKS.map((code) => ({ code, label: code }))),
    fact('tags', 'list', open('tag')),
    fact('licences', 'list', open('licence')),
    fact('libraries', 'list', open('library')),
    fact('region', 'choice', regions),
    fact('registered_on', 'date'),
    fact('industry', 'text'),
    fact('authority', 'text'),
    fact('name', 'text'),
    fact('code', 'text'),
  ]
}
