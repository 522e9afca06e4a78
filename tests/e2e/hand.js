// A thumb inside the page: works the checklist's own controls one after the other, and says aloud what the screen
// called saved. It runs where the browser dies, so nothing of it needs an answer from outside.
window.hand = {
  get: (name) => document.querySelector(`[data-testid="${name}"]`),

  // Resolves when `look` answers something; the page changes only by mutations, so no clock is needed.
  seen(look, node = document) {
    return new Promise((resolve) => {
      const watcher = new MutationObserver(() => tell())
      const tell = () => {
        const found = look()
        if (!found) return
        watcher.disconnect()
        resolve(found)
      }
      watcher.observe(node, { subtree: true, childList: true, attributes: true, characterData: true })
      tell()
    })
  },

  mark: () => hand.get('saved')?.dataset.state,
  thumbs: (point) => document.querySelectorAll(`button[data-testid^="photo-${point}-"]`).length,

  // What the screen calls it in the end: saved or failed. First let it show what was just done.
  async settled() {
    await hand.turn()
    return hand.seen(() => ['saved', 'failed'].includes(hand.mark()) && hand.mark())
  },
  turn: () => new Promise((go) => setTimeout(go)),

  async picture(text) {
    const canvas = new OffscreenCanvas(320, 240)
    const pen = canvas.getContext('2d')
    const noise = pen.createImageData(320, 240)
    crypto.getRandomValues(noise.data.subarray(0, 65536))
    noise.data.fill(255, 65536)
    pen.putImageData(noise, 0, 0)
    pen.font = '40px sans-serif'
    pen.fillText(text, 20, 200)
    return new File([await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 })], `${text}.jpg`, { type: 'image/jpeg' })
  },

  async do({ kind, point, value }) {
    if (kind === 'verdict') {
      hand.get(`verdict-${point}-${value}`).click()
      return hand.settled()
    }
    if (kind === 'text') {
      const field = hand.get(`note-${point}`)
      field.value = value
      field.dispatchEvent(new Event('input', { bubbles: true }))
      field.dispatchEvent(new Event('blur'))
      return hand.settled()
    }
    const before = hand.thumbs(point)
    if (!hand.get(`photo-file-${point}`)) hand.get(`photo-open-${point}`).click()
    await hand.seen(() => hand.get(`photo-file-${point}`))
    // A card far from the screen comes alive when it is looked at.
    hand.get(`photo-file-${point}`).focus()
    await hand.turn()
    const input = hand.get(`photo-file-${point}`)
    const files = new DataTransfer()
    files.items.add(await hand.picture(value))
    input.files = files.files
    input.dispatchEvent(new Event('change', { bubbles: true }))
    return hand.pictured(point, before)
  },

  // The thumbnail is what calls a photo saved.
  async pictured(point, before) {
    const failed = () => hand.get(`point-${point}`).querySelector('.photos .failed')
    await hand.turn()
    return hand.seen(() => (hand.thumbs(point) > before ? 'saved' : failed() && 'failed'))
  },

  // A picture that could not be kept offers itself to be pressed.
  again(action) {
    const failed = action.kind === 'photo' && hand.get(`point-${action.point}`).querySelector('.photos .failed')
    if (!failed) return hand.do(action)
    const before = hand.thumbs(action.point)
    failed.click()
    return hand.pictured(action.point, before)
  },

  // From now on the write with this number within one record's transaction fails, in one of three ways.
  full: null,
  durabilities: new Set(),
  hold() {
    for (const name of ['put', 'add']) {
      const write = IDBObjectStore.prototype[name]
      IDBObjectStore.prototype[name] = function (...row) {
        const { transaction } = this
        const stores = [...transaction.objectStoreNames]
        if (!stores.includes('bytes') || !stores.includes('operations')) return write.apply(this, row)
        hand.durabilities.add(transaction.durability)
        if (!hand.full || --hand.full.left) return write.apply(this, row)
        const { how } = hand.full
        hand.full = null
        const error = new DOMException('the storage is full', 'QuotaExceededError')
        if (how === 'refused') throw error
        Object.defineProperty(transaction, 'error', { get: () => error })
        const request = write.apply(this, row)
        if (how === 'aborted') transaction.abort()
        // As Chromium does: everything was written, and the transaction does not end well.
        else request.addEventListener('success', () => transaction.abort())
        return request
      }
    }
  },

  async play(actions) {
    for (const [index, action] of actions.entries()) console.debug('hand', index, await hand.do(action))
    return actions.length
  },

  // The record as the screen shows it, every picture decoded.
  async shown() {
    await hand.seen(() => hand.get('checklist')?.dataset.complete === 'true')
    const found = {}
    for (const button of document.querySelectorAll('[data-testid^="verdict-"][aria-pressed="true"]')) {
      const [, point, value] = button.dataset.testid.split('-')
      found[point] = value
    }
    for (const field of document.querySelectorAll('textarea[data-testid^="note-"]')) {
      if (field.value) found[field.dataset.testid] = field.value
    }
    for (const thumb of document.querySelectorAll('button[data-testid^="photo-"]:has(img), button.thumb[data-testid^="photo-"]')) {
      const point = thumb.dataset.testid.split('-')[1]
      const picture = await hand.seen(() => thumb.querySelector('img[src]'), thumb)
      await picture.decode()
      found[`photo-${point}`] = (found[`photo-${point}`] ?? 0) + 1
    }
    return found
  },

  ask: (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    }),

  // What lies in the account's tables, past the program: keys are in clear, the rest is boxed.
  async tables(inspection) {
    const [{ name }] = (await indexedDB.databases()).filter(({ name }) => name.startsWith('suicha-'))
    const db = await hand.ask(indexedDB.open(name))
    const keys = (table) => hand.ask(db.transaction(table).objectStore(table).getAllKeys())
    const [operations, files, bytes] = [await keys('operations'), await keys('files'), await keys('bytes')]
    const count = (table, index) => hand.ask(db.transaction(table).objectStore(table).index(index).count(0))
    const unsent = (await count('operations', 'acked')) + (await count('files', 'uploaded'))
    db.close()
    return {
      name,
      unsent,
      operations: operations.filter(([insp]) => insp === inspection).map(([, rep, seq]) => [rep, seq]),
      files: files.filter(([insp]) => insp === inspection).map(([, sha256]) => sha256),
      bytes,
    }
  },
}
