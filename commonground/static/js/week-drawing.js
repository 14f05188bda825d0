// A week that is drawn on: drag over an empty day to open hours, drag a block to move it, or its lower edge to make
// it longer; a block has the same by its arrow keys. Nothing is kept by it: it fills the form in, which is then read
// and sent like any other.
const STEP = 15
const drawing = document.querySelector('[data-week]')
const svg = drawing.querySelector('svg')
const form = document.querySelector('[data-week-form]')
const { left, top, column, hour, first } = Object.fromEntries(Object.entries(svg.dataset).map(([k, v]) => [k, Number(v)]))
const last = first + (svg.viewBox.baseVal.height - top - 12) / hour

const clock = minutes => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
const clamp = (at, low, high) => Math.min(high, Math.max(low, at))

// Where on the week a pointer is: the day, 0 to 6, and the minute of the day on the grid.
const spot = event => {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse())
  const minute = Math.round(((at.y - top) / hour + first) * 60 / STEP) * STEP
  return { day: clamp(Math.floor((at.x - left) / column), 0, 6), minute: clamp(minute, first * 60, last * 60), y: at.y }
}

const ghost = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
ghost.classList.add('week-ghost')
ghost.setAttribute('rx', 5)
const label = document.createElementNS('http://www.w3.org/2000/svg', 'text')
label.classList.add('week-ghost-words')
const show = ({ day, opens, closes }) => {
  const at = { x: left + day * column + 4, y: top + (opens / 60 - first) * hour, width: column - 8, height: Math.max(4, (closes - opens) / 60 * hour) }
  for (const [name, value] of Object.entries(at)) ghost.setAttribute(name, value)
  label.setAttribute('x', at.x + 9)
  label.setAttribute('y', at.y + 17)
  label.textContent = `${clock(opens)}–${clock(closes)}`
  svg.append(ghost, label)
}
const hide = () => { ghost.remove(); label.remove() }

// What a screen reader hears of it while a block is moved by keys.
const said = document.createElement('p')
said.className = 'unseen'
said.setAttribute('role', 'status')
drawing.after(said)
document.querySelector('[data-week-hint]').hidden = false

// New hours go into the form beside the drawing.
const open = ({ day, opens, closes }) => {
  for (const box of form.querySelectorAll('[name=days]')) box.checked = Number(box.value) === day
  form.elements.opens.value = clock(opens)
  form.elements.closes.value = clock(closes)
  form.querySelector('[type=submit]').focus()
}
// Changed hours go to their own form, which says what is booked in them.
const change = (block, { day, opens, closes }) => {
  const to = new URL(block.href.baseVal, location)
  to.search = new URLSearchParams({ weekday: day, opens: clock(opens), closes: clock(closes) })
  location.assign(to)
}
const of = block => {
  const { day, opens, closes } = block.dataset
  return { day: Number(day), opens: Number(opens), closes: Number(closes) }
}

let drag = null
let dragged = false
svg.addEventListener('pointerdown', event => {
  if (event.button !== 0) return
  const block = event.target.closest('[data-opens]')
  const from = spot(event)
  const was = block && of(block)
  const edge = block && event.clientY > block.querySelector('rect').getBoundingClientRect().bottom - 8
  drag = { block, from, was, edge, now: null }
  if (!block && event.pointerType === 'mouse') event.preventDefault()
})
addEventListener('pointermove', event => {
  if (!drag) return
  const at = spot(event)
  const { from, was, edge } = drag
  const moved = at.minute - from.minute
  if (!drag.now && !moved && at.day === from.day) return
  if (!was) drag.now = { day: from.day, opens: Math.min(from.minute, at.minute), closes: Math.max(from.minute, at.minute) }
  else if (edge) drag.now = { ...was, closes: clamp(was.closes + moved, was.opens + STEP, last * 60) }
  else {
    const opens = clamp(was.opens + moved, first * 60, last * 60 - (was.closes - was.opens))
    drag.now = { day: at.day, opens, closes: opens + was.closes - was.opens }
  }
  show(drag.now)
})
addEventListener('pointerup', () => {
  const done = drag
  drag = null
  dragged = Boolean(done?.now)
  setTimeout(() => { dragged = false })
  hide()
  if (!done?.now || done.now.closes - done.now.opens < STEP) return
  if (done.block) change(done.block, done.now)
  else open(done.now)
})
addEventListener('pointercancel', () => { drag = null; hide() })
// A drag that ends on the block is no click on its link.
svg.addEventListener('dragstart', event => event.preventDefault())
svg.addEventListener('click', event => { if (dragged) event.preventDefault() })

// The same by keys: arrows move the block, with Shift its end; Enter looks at the change, Escape forgets it, Delete
// leads to the button that closes it.
const MOVES = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }
for (const block of svg.querySelectorAll('[data-opens]')) {
  let now = null
  block.addEventListener('keydown', event => {
    const move = MOVES[event.key]
    if (event.key === 'Escape') { now = null; hide() }
    if (event.key === 'Delete') document.querySelector(`form[action="${block.getAttribute('href')}close/"] button`).focus()
    if (event.key === 'Enter' && now) { event.preventDefault(); change(block, now) }
    if (!move) return
    event.preventDefault()
    now ??= of(block)
    const [days, minutes] = move
    const closes = clamp(now.closes + minutes, now.opens + STEP, 24 * 60 - STEP)
    const length = now.closes - now.opens
    const opens = clamp(now.opens + minutes, 0, 24 * 60 - STEP - length)
    now = event.shiftKey ? { ...now, closes } : { day: clamp(now.day + days, 0, 6), opens, closes: opens + length }
    show(now)
    said.textContent = label.textContent
  })
  block.addEventListener('blur', () => { now = null; hide() })
}
