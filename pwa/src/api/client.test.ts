import { afterEach, describe, expect, it, vi } from 'vitest'

import { createClient, NoAnswer, ProblemError } from './client'

const answers = (...responses: (Response | Error)[]) => {
  const fetched = vi.fn<typeof fetch>(async () => {
    const next = responses.shift()
    if (!next) throw new Error('no answer prepared')
    if (next instanceof Error) throw next
    return next
  })
  vi.stubGlobal('fetch', fetched)
  return fetched
}
const json = (status: number, body: unknown, headers: Record<string, string> = {}) => new Response(JSON.stringify(body), { status, headers })
const authorizations = (fetched: ReturnType<typeof answers>) =>
  fetched.mock.calls.map(([, init]) => (init?.headers as Record<string, string>).Authorization)

afterEach(() => vi.unstubAllGlobals())

describe('createClient', () => {
  it('returns the data and leaves out empty parts of the query', async () => {
    const fetched = answers(json(200, { items: [] }))
    expect(await createClient().get('/plans', { q: '山海', cursor: null, kind: '' })).toEqual({ items: [] })
    expect(fetched.mock.calls[0]![0]).toBe('/api/v1/plans?q=%E5%B1%B1%E6%B5%B7')
  })

  it('throws the problem that the server explains', async () => {
    answers(json(409, { code: 'fieldwork.gap', title: '缺号', detail: '请从 3 补传', expect: 3 }, { 'Retry-After': '7' }))
    const error = (await createClient().post('/x', {}).catch((thrown: unknown) => thrown)) as ProblemError
    expect(error).toBeInstanceOf(ProblemError)
    expect([error.status, error.code, error.detail, error.body.expect, error.retryAfter]).toEqual([409, 'fieldwork.gap', '请从 3 补传', 3, 7])
  })

  it('tells silence from refusal', async () => {
    answers(new TypeError('failed to fetch'))
    await expect(createClient().get('/x')).rejects.toBeInstanceOf(NoAnswer)
  })

  it('takes a page that is no answer of ours for silence', async () => {
    answers(new Response('<html>Welcome to the guest network'))
    await expect(createClient().get('/x')).rejects.toBeInstanceOf(NoAnswer)
  })

  it('asks whether there is anything new, and hears when there is not', async () => {
    const fetched = answers(json(200, { a: 1 }, { ETag: 'W/"1"' }), new Response(null, { status: 304 }))
    expect(await createClient().fresh('/x', null)).toEqual({ value: { a: 1 }, etag: 'W/"1"' })
    expect(await createClient().fresh('/x', 'W/"1"')).toBeNull()
    expect((fetched.mock.calls[1]![1]!.headers as Record<string, string>)['If-None-Match']).toBe('W/"1"')
  })

  it('renews the token once and repeats the call', async () => {
    const fetched = answers(json(401, {}), json(200, 'done'))
    const renew = vi.fn(async () => 'new')
    const client = createClient({ renew })
    client.setAccess('old')
    expect(await client.get('/x')).toBe('done')
    expect(authorizations(fetched)).toEqual(['Bearer old', 'Bearer new'])
    expect(renew).toHaveBeenCalledOnce()
  })

  it('gives up when the renewed token is refused too', async () => {
    const fetched = answers(json(401, {}), json(401, {}))
    const client = createClient({ renew: async () => 'new' })
    client.setAccess('old')
    await expect(client.get('/x')).rejects.toMatchObject({ status: 401 })
    expect(fetched).toHaveBeenCalledTimes(2)
  })

  it('shares one renewal between calls that fail together', async () => {
    answers(json(200, 1), json(200, 2))
    const renew = vi.fn(async () => 'new')
    const client = createClient({ renew })
    await Promise.all([client.get('/a'), client.get('/b')])
    expect(renew).toHaveBeenCalledOnce()
  })
})
