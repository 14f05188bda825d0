// A worksheet that saves itself while two people write on it. What the other writes elsewhere on the sheet appears in
// controls that are not being written in; where both wrote in the same place, both texts stand there until one is kept.
// Nothing is kept in the browser's storage, because devices are shared.
const PAUSE = 1_200
const LONGEST = 6_000
const LOOK = 15_000

for (const form of document.querySelectorAll('[data-sheet]')) {
  const said = form.querySelector('[data-said]')
  const panel = form.querySelector('[data-both]')
  const pair = form.querySelector('[data-pair]')
  const seen = form.elements.seen
  let version = Number(form.dataset.version)
  let kept = written()
  let waiting = 0
  let pause = 2_000
  let going = null
  let unsaved = 0
  let conflict = document.querySelector('.two-texts[role="alert"]') !== null
  let leaving = false
  let wrote = '' // who wrote last, and when

  function written() {
    const all = new FormData(form)
    for (const name of ['seen', 'csrfmiddlewaretoken']) all.delete(name)
    return new URLSearchParams(all).toString()
  }
  const say = (state, words = said.dataset[state]) => {
    said.dataset.state = state
    if (said.textContent !== words) said.textContent = words
  }
  const later = (delay) => {
    clearTimeout(waiting)
    waiting = setTimeout(save, delay)
  }

  // What the other wrote appears, but never in a control whose text was changed here and is not saved yet.
  const show = (theirs, sent) => {
    const before = new URLSearchParams(sent)
    let some = false
    for (const [name, value] of Object.entries(theirs)) {
      const controls = [...form.elements].filter((each) => each.name === name)
      const now = new FormData(form).getAll(name).map(String)
      if (!controls.length || now.join('\n') !== before.getAll(name).join('\n')) continue
      for (const each of controls) {
        if (each.type === 'checkbox') each.checked = value.includes(each.value)
        else each.value = value
      }
      some = true
    }
    return some
  }

  const send = async (keepalive, poll) => {
    const sent = written()
    unsaved = 0
    say('saving')
    const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), keepalive, redirect: 'manual', headers: { Accept: 'application/json', ...(poll && { 'X-Poll': '1' }) } }).catch(() => null)
    const told = await answer?.json().catch(() => null)
    const status = told || answer?.ok ? answer.status : answer ? answer.status || 401 : 0
    if (status === 200) {
      version = told.version
      seen.value = JSON.stringify(told.seen)
      pause = 2_000
      const same = written() === sent
      const others = show(told.theirs, sent)
      kept = same ? written() : sent
      if (!same) later(800)
      else if (others) say('others', `${wrote} ${said.dataset.others}`.trim())
      else say('saved', `${said.dataset.saved} ${told.saved_at}`)
    } else if (status === 409) {
      differ(told)
    } else if (status === 422 || status === 403 || status === 401) {
      say('refused', told?.message ?? said.dataset.refused)
    } else {
      say('waiting')
      later(pause)
      pause = Math.min(pause * 2, 30_000)
    }
  }
  const save = async (keepalive = false, anyway = false) => {
    clearTimeout(waiting)
    if (going) await going
    if (conflict || leaving || (!anyway && written() === kept)) return
    going = send(keepalive, anyway)
    await going
    going = null
  }

  const differ = (told) => {
    conflict = true
    const had = JSON.parse(seen.value || '{}')
    seen.value = JSON.stringify({ ...had, ...told.seen })
    pair.replaceChildren(...told.both.map(({ label, theirs }) => {
      const each = document.createElement('div')
      const name = document.createElement('b')
      const words = document.createElement('p')
      name.textContent = label
      words.textContent = theirs
      words.tabIndex = 0
      each.append(name, words)
      return each
    }))
    panel.hidden = false
    say('conflict')
  }

  const typed = () => {
    if (conflict) return
    if (said.dataset.state !== 'waiting') say('typing')
    unsaved ||= Date.now()
    later(Math.max(0, Math.min(PAUSE, unsaved + LONGEST - Date.now())))
  }
  form.addEventListener('input', typed)
  form.addEventListener('change', typed)
  form.addEventListener('submit', () => { leaving = true; clearTimeout(waiting) })
  addEventListener('pageshow', () => { leaving = false })
  addEventListener('online', () => save())
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') save(written().length < 40_000) })
  addEventListener('beforeunload', (event) => { if (!leaving && written() !== kept) event.preventDefault() })

  // The other one's writing: only the number of the version is asked for, until it has changed.
  setInterval(async () => {
    if (document.hidden || conflict || going || leaving) return
    const answer = await fetch(form.action, { headers: { Accept: 'application/json', 'X-Poll': '1' }, redirect: 'manual' }).catch(() => null)
    const told = answer?.ok ? await answer.json().catch(() => null) : null
    if (!told || told.version === version) return
    wrote = told.said
    save(false, true)
  }, LOOK)
}
