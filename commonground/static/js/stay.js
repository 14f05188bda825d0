// Without a connection no form is sent into the void, where what was typed would be lost: the page stays and says so.
// A browser that believes itself offline may still reach us, on the same machine or in the house: so we are asked first.
// Forms that look after themselves (a note, a worksheet) have held back already; one in which nothing is typed, such as
// signing out, goes its way.
const TYPED = 'textarea, select, input:not([type="hidden"])'
const said = document.createElement('p')
said.className = 'stay-said'
said.setAttribute('role', 'alert')
let passing = null // the form of which we know that it can be sent

const reached = () => fetch(import.meta.url, { method: 'HEAD', cache: 'no-store' }).then(() => true, () => false)
const stay = (form, button) => {
  const own = form.querySelector('[data-away]')
  if (!own) (button.closest('.acts') ?? button).after(said)
  const place = own ?? said
  place.textContent = ''
  place.textContent = own?.dataset.away ?? document.body.dataset.away
}

document.addEventListener('submit', async (event) => {
  const { target: form, submitter } = event
  if (navigator.onLine || event.defaultPrevented || form.method !== 'post' || !form.querySelector(TYPED)) return
  if (passing === form) {
    passing = null
    return
  }
  event.preventDefault()
  if (!(await reached())) return stay(form, submitter ?? form.lastElementChild)
  passing = form
  form.requestSubmit(submitter)
})
addEventListener('online', () => said.remove())
