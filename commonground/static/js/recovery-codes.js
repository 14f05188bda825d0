// Codes that are shown once: copy them in one go, where the browser allows it.
for (const button of document.querySelectorAll('[data-copy]')) {
  const source = document.getElementById(button.dataset.copy)
  if (!navigator.clipboard || !source) continue
  button.hidden = false
  button.addEventListener('click', async () => {
    const codes = [...source.querySelectorAll('li')].map((line) => line.textContent.trim())
    try {
      await navigator.clipboard.writeText(codes.join('\n'))
      button.textContent = button.dataset.done
    } catch { /* the list is still there to be written down */ }
  })
}
