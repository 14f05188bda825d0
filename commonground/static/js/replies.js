// A prepared answer goes into the box to be changed; nothing that is written there already is lost.
for (const form of document.querySelectorAll('[data-replies]')) {
  const choice = form.querySelector('[data-replies-choice]')
  if (!choice) continue
  choice.hidden = false
  form.querySelector('[data-replies-plain]').hidden = true
  choice.querySelector('select').addEventListener('change', ({ target }) => {
    const text = form.elements.text
    if (target.value) text.value = text.value.trim() ? `${text.value.trimEnd()}\n\n${target.value}` : target.value
    text.focus()
  })
}
