// A worksheet that saves itself while two people write on it. What the other writes elsewhere on the sheet appears in
// controls that are not being written in; where both wrote in the same place, both texts stand there until one is kept.
// Without a connection nobody is sent away: the page stays until what stands on it has arrived, and tries again.
// `kept-here.js` keeps words on the device that have not reached us; it hears of it by `reached` and `unreached`.
const PAUSE = 1_200
const LONGEST = 6_000
const LOOK = 15_000
const ANSWER = 15_000 // in a tunnel a question can stay open for minutes: this long one waits

for (const form of document.querySelectorAll('[data-sheet]')) {
  const said = form.querySelector('[data-said]')
  const panel = form.querySelector('[data-both]')
  const pair = form.querySelector('[data-pair]')
  const hint = form.querySelector('[data-kept-hint]')
  const seen = form.elements.seen
  let version = Number(form.dataset.version)
  let kept = 'unsaved' in form.dataset ? null : written() // null: nothing of it is known to be kept
  let waiting = 0
  let pause = 2_000
  let going = null
  let unsaved = 0
  let agreed = {} // what a conflict has shown: it counts as seen once somebody has chosen
  let answered = 0 // what was last said to what stands here, as a status
  let sure = false // what stands here has arrived: the page may go
  let conflict = document.querySelector('.two-texts[role="alert"]') !== null
  let leaving = false
  let wrote = '' // who wrote last, and when

  function written(all = new URLSearchParams(new FormData(form))) {
    for (const name of ['seen', 'csrfmiddlewaretoken']) all.delete(name)
    return all.toString()
  }
  const keptHere = () => 'keptHere' in form.dataset
  const stillKept = () => form.dispatchEvent(new Event('unreached')) && keptHere() // signing out may have taken it
  const say = (state, words = said.dataset[state]) => {
    said.dataset.state = state
    if (said.textContent !== words) said.textContent = words
    hint.hidden = !keptHere() || !['waiting', 'over'].includes(state)
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

  // What was sent without an answer may have arrived all the same. It is sent again as it was, before anything newer:
  // else one's own words would come back as somebody else's.
  const send = async (keepalive, poll) => {
    const body = new URLSearchParams(form.dataset.tried || new FormData(form))
    body.set('csrfmiddlewaretoken', form.elements.csrfmiddlewaretoken.value)
    const sent = written(new URLSearchParams(body))
    unsaved = 0
    if (said.dataset.state !== 'waiting') say('saving')
    const headers = { Accept: 'application/json', ...(poll && { 'X-Poll': '1' }) }
    const answer = await fetch(form.action, { method: 'POST', body, keepalive, redirect: 'manual', headers, signal: AbortSignal.timeout?.(ANSWER) }).catch(() => null)
    const told = await answer?.json().catch(() => null)
    const status = told || answer?.ok ? answer.status : answer ? answer.status || 401 : 0
    form.dataset.tried = answer ? '' : body
    answered = status
    if (status === 200) {
      version = told.version
      seen.value = JSON.stringify(told.seen)
      pause = 2_000
      const same = written() === sent
      const others = show(told.theirs, sent)
      kept = same ? written() : sent
      if (!same) {
        say('saving')
        later(800)
        return
      }
      form.dispatchEvent(new Event('reached'))
      if (others) say('others', `${wrote} ${said.dataset.others}`.trim())
      else say('saved', `${said.dataset.saved} ${told.saved_at}`)
    } else if (status === 409) {
      differ(told)
    } else if (status === 401 && stillKept()) {
      say('over')
    } else if ([401, 403, 404, 422].includes(status)) { // 404: the course has ended, or is somebody else's now
      say('refused', told?.message ?? said.dataset.refused)
    } else {
      form.dispatchEvent(new Event('unreached'))
      // An answer that is none (the page is covered, the house is being mended) is no lost connection.
      say('waiting', said.dataset[answer ? 'typing' : keptHere() ? 'waiting' : 'open'])
      later(pause)
      pause = Math.min(pause * 2, 30_000)
    }
  }
  const save = async ({ keepalive = false, anyway = false, poll = false } = {}) => {
    clearTimeout(waiting)
    if (going) await going
    if (conflict || leaving || (!anyway && written() === kept)) return
    going = send(keepalive, poll)
    await going
    going = null
  }

  const differ = (told) => {
    conflict = true
    agreed = { ...agreed, ...told.seen }
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
  form.addEventListener('submit', async (event) => {
    if (sure) return
    event.preventDefault()
    const button = event.submitter
    if (conflict) seen.value = JSON.stringify({ ...JSON.parse(seen.value || '{}'), ...agreed })
    agreed = {}
    conflict = false
    do await save({ anyway: true })
    while (['saving', 'typing'].includes(said.dataset.state)) // what was sent first was older than what stands here
    if (said.dataset.state === 'over') location.assign(form.action)
    if (![200, 422].includes(answered)) return // whatever else it was, going on would take the words away
    sure = leaving = true
    clearTimeout(waiting)
    form.requestSubmit(button)
  })
  addEventListener('submit', (event) => { if (event.target === form && event.defaultPrevented) sure = leaving = false }) // nor is it gone
  addEventListener('pageshow', () => { sure = leaving = false })
  addEventListener('online', () => save())
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') save({ keepalive: written().length < 40_000 }) })
  addEventListener('beforeunload', (event) => { if (!leaving && written() !== kept && !document.documentElement.classList.contains('is-leaving')) event.preventDefault() })

  // The other one's writing: only the number of the version is asked for, until it has changed.
  setInterval(async () => {
    if (document.hidden || conflict || going || leaving) return
    const answer = await fetch(form.action, { headers: { Accept: 'application/json', 'X-Poll': '1' }, redirect: 'manual' }).catch(() => null)
    const told = answer?.ok ? await answer.json().catch(() => null) : null
    if (!told || told.version === version) return
    wrote = told.said
    save({ anyway: true, poll: true })
  }, LOOK)
}
