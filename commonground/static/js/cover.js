// The cover for a screen nobody is sitting at. It hides the page and asks for one sign that it is still the
// same person; the page underneath stays as it is, so that half a note is not lost to a telephone call.
// The server keeps its own limits: this only keeps passers-by from reading. A client's cover changes the
// title as well, and has a code mailed when asked to.
const cover = document.querySelector('[data-cover]')
const minutes = Number(document.body.dataset.idleMinutes)

if (cover && minutes > 0) {
  const form = cover.querySelector('form')
  const said = cover.querySelector('.cover-said')
  const passkey = cover.querySelector('[data-cover-passkey]')
  const send = cover.querySelector('[data-cover-send]')
  const typed = cover.querySelector('[data-cover-typed]')
  const title = document.title
  let touched = Date.now()
  let told = touched

  const touch = () => { if (!cover.open) touched = Date.now() }
  for (const kind of ['pointerdown', 'keydown', 'scroll', 'input']) addEventListener(kind, touch, { passive: true, capture: true })

  const lay = () => {
    if (cover.open) return
    cover.showModal()
    if (cover.dataset.title) document.title = cover.dataset.title
    begin()
    offerPasskey()
  }
  const begin = () => (typed.hidden && send ? send : form.elements.password).focus()
  // A clock time, not a timer: a laptop that slept through its minutes is covered when it wakes.
  const look = () => {
    if (Date.now() - touched >= minutes * 60_000) lay()
    else if (touched - told >= minutes * 20_000) tell()
  }
  // Whoever writes for long on one page is there, though the page has asked nothing of our side.
  const tell = () => {
    told = touched
    fetch(form.action, { method: 'HEAD', headers: { 'X-Requested-With': 'fetch' } }).catch(() => null)
  }
  setInterval(look, 5_000)
  document.addEventListener('visibilitychange', look)
  addEventListener('pageshow', look)
  cover.addEventListener('cancel', (event) => event.preventDefault())
  // Pressed twice, Escape closes a dialog whatever its cancel event says; so the key never arrives.
  cover.addEventListener('keydown', (event) => { if (event.key === 'Escape') event.preventDefault() })

  const ask = async (fields) => {
    said.textContent = ''
    said.classList.remove('is-good')
    const body = new FormData(form)
    for (const [name, value] of Object.entries(fields)) body.set(name, value)
    const answer = await fetch(form.action, { method: 'POST', body, redirect: 'manual', headers: { 'X-Requested-With': 'fetch' } }).catch(() => null)
    form.elements.password.value = ''
    if (answer?.status === 204) {
      touched = told = Date.now()
      document.title = title
      cover.close()
    } else if (answer?.status === 202) {
      said.textContent = await answer.text()
      said.classList.add('is-good')
      typed.hidden = false
      send.textContent = send.dataset.again
      send.classList.replace('button', 'text-button')
      begin()
    } else if (answer?.status === 422) {
      said.textContent = await answer.text()
      begin()
    } else if (answer && (answer.type === 'opaqueredirect' || answer.status === 401)) {
      location.assign(cover.dataset.login) // the session is over; nothing here can be saved any more
    } else {
      said.textContent = said.dataset.away
    }
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (!typed.hidden || !send) ask({})
  })
  send?.addEventListener('click', () => ask({ send: 1 }))

  // The server says whether this person has a passkey and what to ask it for.
  let options = null
  const offerPasskey = async () => {
    if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return
    const answer = await fetch(form.action, { headers: { 'X-Requested-With': 'fetch' } }).catch(() => null)
    options = answer?.ok ? (await answer.json()).request_options : null
    passkey.hidden = !options
  }
  passkey.addEventListener('click', async () => {
    try {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey)
      const credential = await navigator.credentials.get({ publicKey })
      await ask({ password: '', credential: JSON.stringify(credential.toJSON()) })
    } catch {
      begin() // given up at the browser's question; the other way is right there
    }
    offerPasskey() // a challenge is good once
  })
}
