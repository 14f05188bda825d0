// Whoever signs out leaves no words on the device (`kept-here.js`), also where the browser does not do as our answer tells
// it, or where no answer comes. Being asked for another code at the inner door is no such sign-out.
document.addEventListener('submit', ({ target }) => {
  if (!target.matches('[data-sign-out]')) return
  try { for (const name of Object.keys(localStorage)) if (name.startsWith('kept:')) localStorage.removeItem(name) } catch { /* nothing is kept */ }
})
