// What was typed and has not reached us waits on the device, so that neither a tunnel nor a closed tab costs a letter.
// Devices are shared: it is sealed with a key that came with the page and is kept nowhere. Only our side gives that key
// again, to the same person, signed in, within a week. It goes as soon as it has reached us, when they sign out, and with
// “Leave this page”. The form is told by nothing but its own events: `reached`, and `unreached`.
const WEEK = 7 * 24 * 3_600_000
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const text = (raw) => btoa(Array.from(new Uint8Array(raw), (byte) => String.fromCharCode(byte)).join(''))
const usable = (key) => crypto.subtle.importKey('raw', bytes(key), 'AES-GCM', false, ['encrypt', 'decrypt'])
const leaving = () => document.documentElement.classList.contains('is-leaving')

// A browser may keep nothing at all; then a page says that its words are safe in the open page alone.
const device = {
  read(name) { try { return JSON.parse(localStorage.getItem(name)) } catch { return null } },
  write(name, told) { try { localStorage.setItem(name, JSON.stringify(told)); return true } catch { return false } },
  forget(name) { try { localStorage.removeItem(name) } catch { /* there is nothing */ } },
  names() { try { return Object.keys(localStorage).filter((name) => name.startsWith('kept:')) } catch { return [] } },
}
for (const name of device.names()) if (!(Date.now() - device.read(name)?.at < WEEK)) device.forget(name)

for (const said of document.querySelectorAll('[data-words-wait]')) {
  const [name] = device.names().filter((each) => each.startsWith(`kept:${said.dataset.wordsWait}:`))
  if (!name) continue
  said.querySelector('a').href = name.split(':')[2]
  said.hidden = false
}
for (const form of crypto.subtle ? document.querySelectorAll('[data-keep-here]') : []) {
  const name = `kept:${form.dataset.keepHere}:${new URL(form.action).pathname}`
  const key = usable(form.dataset.lentKey)
  const parcel = form.dataset.lentParcel
  const back = document.querySelector('[data-put-back]')
  const tab = crypto.randomUUID()
  const typed = new Set()
  let held = device.read(name) // left by an earlier page and not opened yet: never written over
  let turn = 0
  delete form.dataset.lentKey

  const keep = async () => {
    const mine = ++turn
    if (held) return
    const pairs = [...new FormData(form)].filter(([control]) => control !== 'csrfmiddlewaretoken')
    const words = new TextEncoder().encode(JSON.stringify({ pairs, tried: form.dataset.tried ?? '' }))
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const box = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await key, words)
    if (mine !== turn || leaving()) return
    if (device.write(name, { tab, parcel, iv: text(iv), box: text(box), at: Date.now() })) form.dataset.keptHere = ''
  }
  const drop = () => {
    turn += 1
    if (!held && device.read(name)?.tab === tab) device.forget(name)
    delete form.dataset.keptHere
  }

  // As though the page had never been closed: with what was before its writer then, so that what somebody else wrote
  // meanwhile is noticed. A row that this page has no room for goes along unseen, and has a place after the next save.
  const putBack = ({ pairs, tried }) => {
    const had = new Map()
    for (const [control, value] of pairs) had.set(control, [...(had.get(control) ?? []), value])
    const controls = [...form.elements].filter((one) => one.name && one.name !== 'csrfmiddlewaretoken' && one.type !== 'submit')
    let some = false
    for (const one of controls) {
      const values = had.get(one.name) ?? []
      const ticked = one.type === 'checkbox'
      if (one.type === 'hidden' || typed.has(one.name) || (!ticked && !values.length)) continue
      const before = ticked ? one.checked : one.value
      if (ticked) one.checked = values.includes(one.value)
      else one.value = values[0]
      if (before === (ticked ? one.checked : one.value)) continue
      some = true
      one.closest('details')?.setAttribute('open', '')
    }
    const there = new Set(controls.map((one) => one.name))
    for (const [control, [value]] of had) {
      if (!value || there.has(control)) continue
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: control, value }))
      some = true
    }
    if (!some) return 'unsaved' in form.dataset ? keep() : device.forget(name)
    for (const one of controls) if (one.type === 'hidden' && had.has(one.name)) one.value = had.get(one.name)[0]
    if (tried) form.dataset.tried = tried
    back.hidden = false
    form.dispatchEvent(new Event('input'))
  }

  const open = async () => {
    if (!held) return
    const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, parcel: held.parcel })
    const answer = await fetch(form.dataset.unlock, { method: 'POST', body, redirect: 'manual', headers: { Accept: 'application/json' } }).catch(() => null)
    const told = await answer?.json().catch(() => null)
    if (told?.key) {
      const { iv, box } = held
      const words = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes(iv) }, await usable(told.key), bytes(box)).catch(() => null)
      held = null
      if (words) putBack(JSON.parse(new TextDecoder().decode(words)))
      else device.forget(name)
    } else if (told?.door) {
      location.replace(told.door)
    } else if (answer?.status === 410) {
      held = null
      device.forget(name)
    } else {
      setTimeout(open, 5_000)
    }
  }

  form.addEventListener('input', (event) => {
    if (event.target.name) typed.add(event.target.name)
    keep()
  })
  form.addEventListener('change', keep)
  form.addEventListener('unreached', keep)
  form.addEventListener('reached', drop)
  open()
}
