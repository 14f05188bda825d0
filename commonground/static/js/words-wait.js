// Says where words wait on this device that have not reached us (`kept-here.js`), and shows them where they can be saved
// no more.
import { device, eachLeft, open } from './device.js'

const CHOSEN = /^[\da-f-]{36}$/ // somebody or something chosen from a list: no words of theirs

for (const said of document.querySelectorAll('[data-words-wait]')) {
  const link = said.querySelector('a')
  for (const name of device.names(`kept:${said.dataset.wordsWait}:`)) {
    const [, , sheet] = name.split(':')
    const answer = await fetch(sheet, { headers: { Accept: 'application/json', 'X-Poll': '1' }, redirect: 'manual' }).catch(() => null)
    if (answer?.status === 404) continue // it was taken away
    link.href = sheet
    said.hidden = false
    break
  }
}

// A sheet that takes no more writing: what they had typed stands beside it, to be copied.
for (const place of crypto.subtle ? document.querySelectorAll('[data-to-copy]') : []) {
  const words = place.querySelector('textarea')
  const shown = []
  eachLeft(place.dataset.toCopy, async (name) => {
    const told = await open(name, place.dataset, place.dataset.token)
    if (!told) return
    const own = told.pairs.filter(([control, value]) => told.typed.includes(control) && /\p{L}/u.test(value) && !CHOSEN.test(value))
    words.value = [words.value, ...own.map(([, value]) => value)].filter(Boolean).join('\n\n')
    shown.push(name)
    place.hidden = !words.value
  })
  place.querySelector('button').addEventListener('click', () => {
    shown.forEach(device.forget)
    place.remove()
  })
}
