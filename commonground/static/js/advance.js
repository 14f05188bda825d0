// Tapping an answer takes you on: one tap a question on a phone. Only a tap or a click does; with the keyboard answers
// are walked through freely and “Next” goes on. A question that may need help never runs away: there `answer.js` keeps
// the answer and shows help. Without a connection nothing is sent into the void: the page stays, and says so.
for (const said of document.querySelectorAll('[data-scripted]')) said.hidden = false

for (const form of document.querySelectorAll('[data-advance]')) {
  const away = form.querySelector('[data-away]')
  let going = false

  form.addEventListener('submit', (event) => {
    away.textContent = navigator.onLine ? '' : away.dataset.away
    going = navigator.onLine
    if (!going) event.preventDefault()
  })
  addEventListener('pageshow', () => { going = false })
  if (form.matches('[data-answer]')) continue
  for (const answer of form.querySelectorAll('.answer')) {
    answer.addEventListener('click', (event) => {
      if (going || event.detail === 0) return
      going = true
      setTimeout(() => form.requestSubmit()) // a tap on the words chooses the answer only after this event
    })
  }
}
