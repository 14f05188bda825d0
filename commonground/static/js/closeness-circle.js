// People on the closeness circle, moved by pointer or by the arrow keys: up is closer, down is further out, left and
// right turn around the middle. Each move is kept at once; then drawing and list are fetched anew from the server,
// which places every name. Without this script the forms of the list do the same.
const page = document.querySelector('[data-people]')
const STEP = 6
const NEARLY = 500

const wire = () => {
  const drawing = page.querySelector('[data-closeness]')
  if (!drawing) return
  const said = page.querySelector('[data-said]')
  const rings = [...drawing.querySelectorAll('[data-ring]')].sort((a, b) => a.dataset.ring - b.dataset.ring)
  const edges = rings.map((ring) => Number(ring.getAttribute('r')))
  const centre = Number(rings[0].getAttribute('cx'))
  const stands = edges.map((edge, n) => (n ? (edge + edges[n - 1]) / 2 : edge * 0.66))
  const words = [said.dataset.close, said.dataset.middle, said.dataset.outer]
  drawing.setAttribute('role', 'group')
  if (!said.textContent) said.textContent = said.dataset.hint

  const shift = (group, ring, bearing) => {
    const angle = (bearing * Math.PI) / 180
    const [x, y] = [centre + stands[ring - 1] * Math.sin(angle), centre - stands[ring - 1] * Math.cos(angle)]
    for (const circle of group.querySelectorAll('circle')) {
      circle.setAttribute('cx', x)
      circle.setAttribute('cy', y)
    }
    group.dataset.at = ring
    group.dataset.bearing = bearing
    group.setAttribute('aria-valuenow', ring)
    group.setAttribute('aria-valuetext', words[ring - 1])
  }
  const keep = async (group) => {
    const body = new FormData()
    body.set('csrfmiddlewaretoken', page.querySelector('[name=csrfmiddlewaretoken]').value)
    body.set('as_of', 'now')
    for (const [name, value] of [['ring', group.dataset.at], ['bearing', group.dataset.bearing], ['version', group.dataset.version]]) body.set(name, value)
    const answer = await fetch(group.dataset.url, { method: 'POST', body, redirect: 'manual', headers: { Accept: 'application/json' } }).catch(() => null)
    const outcome = answer?.ok ? 'kept' : answer?.status === 409 ? 'changed' : 'lost'
    if (outcome === 'lost') {
      said.textContent = said.dataset.lost
      return
    }
    const fresh = await fetch(location.href).then((page) => page.text()).catch(() => null)
    if (!fresh) return
    const focus = document.activeElement === group ? group.dataset.person : null
    const next = new DOMParser().parseFromString(fresh, 'text/html').querySelector('[data-people]')
    if (!next) return location.reload() // a client's page that has shut meanwhile asks who is there
    page.replaceChildren(...next.childNodes)
    wire()
    page.querySelector('[data-said]').textContent = `${group.dataset.name}: ${words[group.dataset.at - 1]}. ${said.dataset[outcome]}`
    if (focus) page.querySelector(`[data-person="${focus}"]`)?.focus()
  }

  for (const group of drawing.querySelectorAll('[data-person]')) {
    let waiting = 0
    group.setAttribute('tabindex', '0')
    group.setAttribute('role', 'slider')
    group.setAttribute('aria-label', group.dataset.name)
    group.setAttribute('aria-valuemin', '1')
    group.setAttribute('aria-valuemax', '3')
    group.setAttribute('aria-orientation', 'vertical')
    group.setAttribute('aria-valuenow', group.dataset.at)
    group.setAttribute('aria-valuetext', words[group.dataset.at - 1])

    group.addEventListener('keydown', (event) => {
      const [ring, bearing] = [Number(group.dataset.at), Number(group.dataset.bearing)]
      const closer = { ArrowUp: -1, ArrowDown: 1 }[event.key]
      const turn = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key]
      if (!closer && !turn) return
      event.preventDefault()
      shift(group, Math.min(3, Math.max(1, ring + (closer ?? 0))), (bearing + (turn ?? 0) + 360) % 360)
      clearTimeout(waiting)
      waiting = setTimeout(() => keep(group), NEARLY)
    })

    const meant = (event) => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse())
      const [dx, dy] = [point.x - centre, point.y - centre]
      const distance = Math.hypot(dx, dy)
      const ring = edges.findIndex((edge) => distance <= edge)
      return [ring < 0 ? 3 : ring + 1, (Math.round((Math.atan2(dx, -dy) * 180) / Math.PI) + 360) % 360]
    }
    group.addEventListener('pointerdown', (event) => {
      event.preventDefault()
      group.setPointerCapture(event.pointerId)
      group.classList.add('is-held')
      const from = `${group.dataset.at} ${group.dataset.bearing}`
      const move = (moved) => shift(group, ...meant(moved))
      const drop = () => {
        group.removeEventListener('pointermove', move)
        group.classList.remove('is-held')
        if (`${group.dataset.at} ${group.dataset.bearing}` !== from) keep(group)
      }
      group.addEventListener('pointermove', move)
      group.addEventListener('pointerup', drop, { once: true })
      group.addEventListener('pointercancel', drop, { once: true })
      group.focus()
    })
  }
}
wire()
