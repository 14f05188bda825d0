// What was typed and has not reached us waits on the device, so that neither a tunnel nor a closed tab costs a letter.
// Devices are shared: it is sealed with a key that came with the page and is kept nowhere. Only our side gives that key
// again, to the same person, signed in, within a week. It goes as soon as it has reached us, when they sign out, and with
// “Leave this page”. The form is told by nothing but its own events: `reached`, and `unreached`.
import { device, eachLeft, locks, open, text, usable } from './device.js'

const leaving = () => document.documentElement.classList.contains('is-leaving')

for (const form of crypto.subtle ? document.querySelectorAll('[data-keep-here]') : []) {
  const sheet = `kept:${form.dataset.keepHere}:${new URL(form.action).pathname}:`
  const name = sheet + crypto.randomUUID()
  const key = usable(form.dataset.lentKey)
  const parcel = form.dataset.lentParcel
  const back = document.querySelector('[data-put-back]')
  const typed = new Set()
  const fresh = new Set() // what of it has not reached us
  const taken = [] // records whose words stand here again: they go once those are in our own, or have reached us
  let lies = false // our own record lies on the device
  let gone = false // somebody has emptied the device, in another tab: nothing is put there again
  let turn = 0
  delete form.dataset.lentKey

  const emptied = () => (gone ||= lies && !device.read(name))
  const keep = async () => {
    const mine = ++turn
    if (emptied()) return delete form.dataset.keptHere
    const pairs = [...new FormData(form)].filter(([control]) => control !== 'csrfmiddlewaretoken')
    const told = { pairs, typed: [...fresh], tried: form.dataset.tried ?? '' }
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const box = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await key, new TextEncoder().encode(JSON.stringify(told)))
    if (mine !== turn || leaving() || emptied()) return
    if (!device.write(name, { parcel, iv: text(iv), box: text(box), at: Date.now() })) return delete form.dataset.keptHere
    lies = true
    form.dataset.keptHere = ''
    taken.splice(0).forEach(device.forget)
  }
  const drop = () => {
    turn += 1
    lies = false
    fresh.clear()
    for (const one of [name, ...taken.splice(0)]) device.forget(one)
    delete form.dataset.keptHere
  }

  // As though the page had never been closed: with what was before its writer then, so that what somebody else wrote
  // meanwhile is noticed. Where they have written on already, both stand there. A row that this page has no room for goes
  // along unseen, and has a place after the next save.
  const putBack = (told) => {
    const had = new Map()
    for (const [control, value] of told.pairs) had.set(control, [...(had.get(control) ?? []), value])
    const controls = [...form.elements].filter((one) => one.name && one.name !== 'csrfmiddlewaretoken' && one.type !== 'submit')
    const before = new FormData(form)
    for (const one of controls) {
      const values = had.get(one.name) ?? []
      const ticked = one.type === 'checkbox'
      if (one.type === 'hidden' || (!ticked && !values.length)) continue
      if (!typed.has(one.name)) ticked ? (one.checked = values.includes(one.value)) : (one.value = values[0])
      else if (told.typed.includes(one.name) && /^text/.test(one.type) && !one.value.includes(values[0]))
        one.setRangeText(values[0] + (one.type === 'textarea' ? '\n' : ' / '), 0, 0, 'preserve')
    }
    const changed = controls.filter((one) => String(before.getAll(one.name)) !== String(new FormData(form).getAll(one.name)))
    for (const one of changed) one.closest('details')?.setAttribute('open', '')
    const there = new Set(controls.map((one) => one.name))
    const unseen = [...had].filter(([control, [value]]) => value && !there.has(control))
    for (const [control, [value]] of unseen) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: control, value }))
    if (!changed.length && !unseen.length) return 'unsaved' in form.dataset
    if (back.hidden) seenThen(JSON.parse(had.get('seen')?.[0] || '{}'))
    if (!typed.size) form.dataset.tried = told.tried
    for (const control of told.typed) typed.add(control) && fresh.add(control)
    back.hidden = false
    return true
  }
  // Where both stand in one box, what is there now has been seen.
  const seenThen = (then) => {
    const now = JSON.parse(form.elements.seen.value || '{}')
    for (const control of typed) then[control] = now[control]
    form.elements.seen.value = JSON.stringify(then)
  }
  const take = async (left) => {
    const told = await open(left, form.dataset, form.elements.csrfmiddlewaretoken.value)
    if (!told) return
    if (!putBack(told)) return device.forget(left)
    taken.push(left)
    if (!back.hidden) form.dispatchEvent(new Event('input'))
    await keep()
  }

  form.addEventListener('input', (event) => {
    if (event.target.name) typed.add(event.target.name) && fresh.add(event.target.name)
    keep()
  })
  form.addEventListener('change', keep)
  form.addEventListener('unreached', keep)
  form.addEventListener('reached', drop)
  eachLeft(sheet, take)
  locks.request(name, {}, () => new Promise(() => {}))
}
