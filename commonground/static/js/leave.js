// Leaving fast, for somebody who may be watched. The link works without this; with it the page goes blank
// at once, however slow the way out, and its place in the history is taken by the neutral page,
// so that “back” does not lead here again. The pages read before it are still in this tab's history and
// nobody can take them out; so whoever comes “back” to one of them is led away once more.
const way = document.querySelector('[data-leave]')
const memory = {
  get left() { try { return sessionStorage.getItem('left') } catch { return null } },
  set left(yes) { try { yes ? sessionStorage.setItem('left', 1) : sessionStorage.removeItem('left') } catch { /* then it is forgotten */ } },
}

// Words that have not reached us yet (`kept-here.js`) are given up: whoever leaves so fast must leave nothing.
const forget = () => {
  try { for (const name of Object.keys(localStorage)) if (name.startsWith('kept:')) localStorage.removeItem(name) } catch { /* nothing is kept */ }
}
const leave = () => {
  document.documentElement.classList.add('is-leaving')
  forget()
  document.title = ''
  location.replace(way.href)
}

if (way) {
  for (const link of document.querySelectorAll('[data-leave]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault()
      memory.left = true
      leave()
    })
  }
  const back = performance.getEntriesByType('navigation')[0]?.type === 'back_forward'
  if (back && memory.left) leave()
  else memory.left = false // somebody came here on purpose
  // A browser that kept the page in memory shows it as it was, without loading it.
  addEventListener('pageshow', (event) => { if (event.persisted && memory.left) leave() })
}
