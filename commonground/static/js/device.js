// The words that wait on this device, for `kept-here.js`, which puts them there, and for `words-wait.js`, which shows them.
// Each record is sealed, and its name is `kept:` with whose it is, the address of the sheet, and the tab that wrote it.
const WEEK = 7 * 24 * 3_600_000
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
export const text = (raw) => btoa(Array.from(new Uint8Array(raw), (byte) => String.fromCharCode(byte)).join(''))
export const usable = (key) => crypto.subtle.importKey('raw', bytes(key), 'AES-GCM', false, ['encrypt', 'decrypt'])
export const locks = navigator.locks ?? { request: (_name, _how, then) => then({}) }

// A browser may keep nothing at all; then a page says that its words are safe in the open page alone.
export const device = {
  read(name) { try { return JSON.parse(localStorage.getItem(name)) } catch { return null } },
  write(name, told) { try { localStorage.setItem(name, JSON.stringify(told)); return true } catch { return false } },
  forget(name) { try { localStorage.removeItem(name) } catch { /* there is nothing */ } },
  names(start) { try { return Object.keys(localStorage).filter((name) => name.startsWith(start)) } catch { return [] } },
}
for (const name of device.names('kept:')) if (!(Date.now() - device.read(name)?.at < WEEK)) device.forget(name)

// A tab writes under a name of its own, and holds a lock of that name while it lives: nobody touches what is still being
// written, and what a tab has left behind is opened by whoever is given its lock, the oldest first.
export const eachLeft = async (start, then) => {
  const names = device.names(start).sort((one, other) => device.read(one)?.at - device.read(other)?.at)
  const living = []
  for (const name of names) await locks.request(name, { ifAvailable: true }, (lock) => (lock ? then(name) : living.push(name)))
  for (const name of living) locks.request(name, {}, () => then(name))
}

// The words of a record, as soon as we can be asked for their key; nothing where they are not to be had here.
export const open = async (name, { unlock }, token) => {
  for (let again = false, pause = 1_000, held; (held = device.read(name)); again = true, pause = Math.min(pause * 2, 8_000)) {
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, parcel: held.parcel })
    const headers = { Accept: 'application/json', ...(again && { 'X-Poll': '1' }) } // asked by itself: nobody need be here
    const answer = await fetch(unlock, { method: 'POST', body, redirect: 'manual', headers }).catch(() => null)
    const told = await answer?.json().catch(() => null)
    if (told?.key) {
      const words = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes(held.iv) }, await usable(told.key), bytes(held.box)).catch(() => null)
      if (words) return JSON.parse(new TextDecoder().decode(words))
    }
    if (told?.door) location.replace(told.door)
    if (told?.key || answer?.status === 410) device.forget(name)
    if (told?.door || [403, 404].includes(answer?.status)) return null
    await new Promise((on) => setTimeout(on, pause))
  }
  return null
}
