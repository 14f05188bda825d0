// An answer that may need help is kept as soon as it is given, and help stands under it at once. The focus stays
// where it is; the page moves only where a small screen would hide the help, and only until its first words show.
// It stays once it is there, also when the answer is taken back, for what was said was said. Without script the
// server shows the same after “Next”.
for (const form of document.querySelectorAll('[data-answer]')) {
  const help = document.querySelector('[data-help]')
  const place = form.querySelector('[data-help-place]')

  const show = () => {
    if (!help || place.firstElementChild) return
    place.append(help.content.cloneNode(true))
    const sill = parseFloat(getComputedStyle(document.documentElement).scrollPaddingBottom) || 0
    const hidden = place.getBoundingClientRect().top + 150 - (innerHeight - sill)
    if (hidden > 0) scrollBy({ top: hidden })
  }
  form.addEventListener('change', async () => {
    const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), redirect: 'manual', headers: { Accept: 'application/json' } }).catch(() => null)
    const told = answer?.ok ? await answer.json().catch(() => null) : null
    // Without an answer from the practice nobody can say that no help is needed; “Next” keeps it again.
    if (told ? told.help : Number(form.elements.answer.value) >= Number(form.dataset.helpFrom || 1)) show()
  })
}
