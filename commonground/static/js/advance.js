// Tapping an answer takes you on: one tap a question on a phone. Only a tap or a click does; with the keyboard answers
// are walked through freely and “Next” goes on. A question that may need help never runs away: there `answer.js` keeps
// the answer and shows help. Without a connection `stay.js` lets nothing go.
for (const said of document.querySelectorAll('[data-scripted]')) said.hidden = false

for (const form of document.querySelectorAll('[data-advance]')) {
  let going = false

  addEventListener('submit', (event) => { if (event.target === form) going = !event.defaultPrevented })
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
