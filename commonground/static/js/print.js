// A button that prints the page. Without script the browser's own menu does the same, so there is no button.
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => print())
}
