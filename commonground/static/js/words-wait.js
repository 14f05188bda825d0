// Says where words wait on this device that have not reached us (`kept-here.js`).
import { device } from './device.js'

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
