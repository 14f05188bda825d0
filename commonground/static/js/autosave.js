// A note that saves itself while it is written. What was typed is never lost: without a connection it stays
// in the page and is tried again; if somebody else saved meanwhile, both texts stand there until one is chosen.
// Nothing is kept in the browser's storage, because devices are shared.
const LONGEST = 6_000

for (const form of document.querySelectorAll('[data-autosave]')) {
  const text = form.elements.text
  const version = form.elements.version
  const said = form.querySelector('[data-said]')
  const panel = form.querySelector('[data-conflict-panel]')
  const other = form.querySelector('[data-other]')
  const otherName = form.querySelector('[data-other-name]')
  let kept = panel.hidden ? text.value : null // null: nothing of this text is known to be kept
  let conflict = !panel.hidden
  let waiting = 0
  let pause = 2_000
  let going = null
  let unsaved = 0 // since when something is typed that was not sent: nobody may type for long without a save

  for (const button of form.querySelectorAll('[data-without-script]')) button.hidden = true
  form.querySelector('[data-exchange]').hidden = false

  const say = (state, words = said.dataset[state]) => {
    if (said.dataset.state === state && said.textContent === words) return
    said.dataset.state = state
    said.textContent = words
  }
  const later = (delay) => {
    clearTimeout(waiting)
    waiting = setTimeout(save, delay)
  }

  const tell = async (body, keepalive) => {
    const answer = await fetch(form.action, { method: 'POST', body, keepalive, redirect: 'manual', headers: { Accept: 'application/json' } }).catch(() => null)
    const told = await answer?.json().catch(() => null)
    return { status: told || answer?.ok ? answer.status : answer ? answer.status || 401 : 0, told: told ?? {} }
  }

  const send = async (keepalive) => {
    const sent = text.value
    unsaved = 0
    say('saving')
    const { status, told } = await tell(new FormData(form), keepalive)
    if (status === 200) {
      version.value = told.version
      kept = sent
      pause = 2_000
      if (text.value === sent) say('saved', `${said.dataset.saved} ${told.saved_at}`)
      else later(800)
    } else if (status === 409) {
      differ(told)
    } else if (status === 422 || status === 403 || status === 401) {
      say('refused', told.message ?? said.dataset.refused) // tried again with the next word written
    } else {
      say('waiting')
      later(pause)
      unsaved = Date.now() + pause - LONGEST // tried again then, however long somebody goes on writing
      pause = Math.min(pause * 2, 30_000)
    }
  }
  // One at a time, or the second would carry a version that the first has just used up.
  const save = async (keepalive = false) => {
    clearTimeout(waiting)
    if (going) await going
    if (conflict || text.value === kept) return
    going = send(keepalive)
    await going
    going = null
  }

  const differ = ({ theirs, version: newest, message }) => {
    conflict = true
    version.value = newest
    other.textContent = theirs
    otherName.textContent = otherName.dataset.theirs
    form.querySelector('[data-conflict-message]').textContent = message ?? ''
    panel.hidden = false
    say('conflict')
  }
  form.querySelector('[data-exchange]').addEventListener('click', () => {
    const above = text.value
    text.value = other.textContent
    other.textContent = above
    const name = otherName.textContent === otherName.dataset.mine ? 'theirs' : 'mine'
    otherName.textContent = otherName.dataset[name]
  })

  text.addEventListener('input', () => {
    if (conflict) return
    if (said.dataset.state !== 'waiting') say('typing')
    unsaved ||= Date.now()
    later(Math.max(0, Math.min(1_200, unsaved + LONGEST - Date.now())))
  })
  text.addEventListener('blur', () => save())
  addEventListener('online', () => save())
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') save(text.value.length < 15_000) })
  addEventListener('beforeunload', (event) => { if (text.value !== kept && (kept !== null || conflict)) event.preventDefault() })

  // Signing sends the page on: first let what was written arrive, so that nothing else is signed.
  form.addEventListener('submit', async (event) => {
    const button = event.submitter
    if (button?.matches('[data-keep-mine]') || !button?.formAction || button.formAction === form.action) {
      event.preventDefault()
      conflict = false
      kept = null
      await save()
      if (!conflict) panel.hidden = text.value === kept
      text.focus()
      return
    }
    if (text.value === kept && !going) return
    event.preventDefault()
    await save()
    if (text.value === kept) form.requestSubmit(button)
  })
}
