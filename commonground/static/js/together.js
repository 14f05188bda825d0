// Two people on the same pages. Now and then, and whenever the page is looked at again, our side is asked what the other
// has written meanwhile. What stands in parts marked `data-live` comes in by itself, but never over anything that was
// changed here: there the version stays the one that was seen, so that keeping it shows both texts.
// Nothing is kept in the browser's storage, because devices are shared.
const LOOK = 15_000
const page = document.querySelector('[data-together]')

const forms = (part) => [...part.querySelectorAll('form')]
const controls = (form) => [...form.elements].filter((one) => one.name && one.name !== 'csrfmiddlewaretoken' && one.type !== 'submit')
const ticked = (one) => one.type === 'checkbox' || one.type === 'radio'
const options = (one, chosen) => [...one.options].filter(chosen).map((option) => option.value).join('\n')
const was = (one) => one.options ? options(one, (o) => o.defaultSelected) : ticked(one) ? one.defaultChecked : one.defaultValue
const is = (one) => one.options ? options(one, (o) => o.selected) : ticked(one) ? one.checked : one.value
// A list without a choice of its own shows its first line; that is no change made here.
const chosen = (one) => one.options && !was(one) && one.selectedIndex === 0 ? '' : is(one)
const touched = (one) => one.type !== 'hidden' && chosen(one) !== was(one)
const take = (one, fresh) => {
  if (one.options) for (const [n, option] of [...one.options].entries()) option.selected = option.defaultSelected = Boolean(fresh.options[n]?.defaultSelected)
  else if (ticked(one)) one.checked = one.defaultChecked = fresh.defaultChecked
  else one.value = one.defaultValue = fresh.defaultValue
}

// The form as it was, with what the other changed wherever nothing was changed here. True if both changed the same.
const mergeForm = (form, fresh) => {
  const pairs = controls(form).map((one) => [one, controls(fresh).find((each) => each.name === one.name && (!ticked(one) || each.value === one.value))])
  const changed = pairs.filter(([one, theirs]) => theirs && was(one) !== was(theirs))
  const clash = changed.some(([one]) => touched(one))
  for (const [one, theirs] of changed) if (!touched(one) && !(clash && one.name === 'version')) take(one, theirs)
  return clash
}

const merge = (part, fresh) => {
  const busy = part.contains(document.activeElement) || part.querySelector('details[open], [role="alert"]') || forms(part).some((form) => controls(form).some(touched))
  if (!busy) {
    part.replaceChildren(...fresh.childNodes)
    return false
  }
  const [words, newer] = [part, fresh].map((each) => [...each.querySelectorAll('[data-live-words]')])
  for (const [n, each] of words.entries()) if (newer[n]) each.replaceChildren(...newer[n].childNodes)
  let clash = false
  for (const form of forms(part)) {
    const other = forms(fresh).find((each) => each.getAttribute('action') === form.getAttribute('action'))
    if (other && mergeForm(form, other)) clash = true
  }
  return clash
}

const say = (part, said, clash, still) => {
  const line = part.querySelector('[data-live-said]') ?? document.createElement('p')
  line.className = 'live-said'
  line.dataset.liveSaid = ''
  line.textContent = clash ? `${said} ${page.dataset.clash}` : said
  if (still) {
    const again = document.createElement('a')
    again.href = page.dataset.page
    again.textContent = page.dataset.show
    line.append(' ', again)
  }
  const head = part.querySelector('h1, h2, h3, .piece-head')
  if (head && part.contains(head) && !part.matches('form')) (head.closest('.piece-head') ?? head).after(line)
  else part.prepend(line)
}

if (page) {
  const told = page.querySelector('[role="status"]')
  let since = page.dataset.since
  let going = false

  const look = async () => {
    if (document.hidden || going) return
    going = true
    const headers = { 'X-Poll': '1' }
    const answer = await fetch(`${page.dataset.together}?${new URLSearchParams({ since })}`, { headers: { ...headers, Accept: 'application/json' }, redirect: 'manual' }).catch(() => null)
    const news = answer?.ok ? await answer.json().catch(() => null) : null
    if (news) {
      since = news.since
      const parts = [...document.querySelectorAll('[data-live]')]
        .map((part) => [part, Object.entries(news.written).find(([what]) => what === part.dataset.live || what.split(':')[0] === part.dataset.live)?.[1]])
        .filter(([, said]) => said)
      if (parts.length) await bring(parts, headers)
    }
    going = false
  }
  const bring = async (parts, headers) => {
    const answer = await fetch(page.dataset.page, { headers, redirect: 'manual' }).catch(() => null)
    const fresh = answer?.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null
    const like = (part, root) => [...root.querySelectorAll(`[data-live="${part.dataset.live}"]`)]
    for (const [part, said] of parts) {
      const newer = fresh && like(part, fresh)[like(part, document).indexOf(part)]
      const still = 'liveStill' in part.dataset // a drawing that answers to the hand is not exchanged under it
      say(part, said, newer && !still ? merge(part, newer) : false, still)
    }
    told.textContent = [...new Set(parts.map(([, said]) => said))].join(' ')
  }
  setInterval(look, LOOK)
  document.addEventListener('visibilitychange', look)
  addEventListener('focus', look)
}
