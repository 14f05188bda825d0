// All questions on one page: each answer is kept as it is given, through the address of its own question, and help
// stands under it at once. Without script the one button at the end keeps them all.
for (const form of document.querySelectorAll('[data-all]')) {
  const token = form.elements.csrfmiddlewaretoken.value
  const away = form.querySelector('[data-away]')

  for (const question of form.querySelectorAll('[data-question]')) {
    const from = Number(question.dataset.helpFrom || Infinity)
    question.addEventListener('change', async ({ target }) => {
      const body = new URLSearchParams({ csrfmiddlewaretoken: token, answer: target.value })
      const headers = { Accept: 'application/json' }
      const answer = await fetch(question.dataset.question, { method: 'POST', body, headers, redirect: 'manual' }).catch(() => null)
      const told = answer?.ok ? await answer.json().catch(() => null) : null
      away.textContent = told ? '' : away.dataset.away
      // Without an answer from the practice nobody can say that no help is needed.
      if (told ? told.help : target.value !== '' && Number(target.value) >= from) show(question)
    })
  }
}

function show(question) {
  const place = question.querySelector('[data-help-place]')
  const help = question.querySelector('[data-help]')
  if (place && help && !place.firstElementChild) place.append(help.content.cloneNode(true))
}
