// A letter that is not lost with its page: while one types, our side keeps it for a day. Nothing is kept in the browser
// but a cookie that says which letter it was, and that only once something has been typed.
for (const form of document.querySelectorAll('[data-draft]')) {
  const said = document.querySelector('[data-draft-said]')
  let waiting = 0
  let pause = 2_000
  let kept = null
  let sending = false

  const now = () => new URLSearchParams(new FormData(form)).toString()
  const later = (delay) => {
    clearTimeout(waiting)
    waiting = setTimeout(save, delay)
  }
  const save = async (keepalive = false) => {
    clearTimeout(waiting)
    const typed = now()
    if (sending || typed === kept) return
    const answer = await fetch(form.dataset.draft, { method: 'POST', body: new URLSearchParams(new FormData(form)), keepalive, referrerPolicy: 'no-referrer' }).catch(() => null)
    if (answer?.ok) {
      kept = typed
      pause = 2_000
      said.textContent = said.dataset.saved
      said.dataset.state = 'saved'
    } else {
      said.textContent = said.dataset.waiting
      said.dataset.state = 'waiting'
      later(pause)
      pause = Math.min(pause * 2, 30_000)
    }
  }

  form.addEventListener('input', () => later(900))
  form.addEventListener('submit', () => { sending = true; clearTimeout(waiting) })
  addEventListener('online', () => save())
  addEventListener('pageshow', () => { sending = false })
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden' && kept !== now() && waiting) save(true) })
}
