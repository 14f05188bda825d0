// Ticks that are kept at once. The latest state of all boxes is sent each time, so a lost answer never matters;
// without a connection they are tried again, and the boxes stay as the person left them.
for (const form of document.querySelectorAll('[data-tick]')) {
  const said = form.querySelector('[data-said]')
  const words = form.closest('[data-ticks]').dataset
  let waiting = 0
  let pause = 2_000
  let going = false
  let again = false

  for (const button of form.querySelectorAll('[data-without-script]')) button.hidden = true

  const say = (state) => {
    said.dataset.state = state
    said.textContent = words[state]
  }
  const keep = async () => {
    clearTimeout(waiting)
    if (going) {
      again = true
      return
    }
    going = true
    say('saving')
    const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), redirect: 'manual', headers: { Accept: 'application/json' } }).catch(() => null)
    const told = answer && !answer.ok ? await answer.json().catch(() => null) : null
    going = false
    if (again) {
      again = false
      keep()
    } else if (answer?.ok) {
      pause = 2_000
      say('saved')
    } else if (answer && answer.status < 500) {
      say('refused')
      if (told?.message) said.textContent = told.message
    } else {
      say('waiting')
      waiting = setTimeout(keep, pause)
      pause = Math.min(pause * 2, 30_000)
    }
  }
  form.addEventListener('change', keep)
  addEventListener('online', () => { if (said.dataset.state === 'waiting') keep() })
  addEventListener('beforeunload', (event) => { if (said.dataset.state === 'waiting') event.preventDefault() })
}
