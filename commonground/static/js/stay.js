// Without a connection no form is sent into the void, where what was typed would be lost: the page stays and says so.
// Forms that look after themselves (a note, a worksheet, the check-in) have held back already; one in which nothing is
// typed, such as signing out, goes its way.
const TYPED = 'textarea, select, input:not([type="hidden"])'
const said = document.createElement('p')
said.className = 'stay-said'
said.setAttribute('role', 'alert')

document.addEventListener('submit', (event) => {
  const form = event.target
  if (navigator.onLine || event.defaultPrevented || form.method !== 'post' || !form.querySelector(TYPED)) return
  event.preventDefault()
  said.textContent = ''
  const button = event.submitter ?? form.lastElementChild
  ;(button.closest('.acts') ?? button).after(said)
  said.textContent = document.body.dataset.away
})
addEventListener('online', () => said.remove())
