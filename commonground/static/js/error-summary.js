// After a form came back with errors, the focus goes to the summary: a screen reader reads it first, and
// the keyboard starts there instead of at the top of the page. Links in it lead into the fields.
document.querySelector('[data-error-summary]')?.focus()
