// How many minutes of the hour are left, counted on from what the server said: its clock counts, not this device's.
for (const line of document.querySelectorAll('[data-minutes]')) {
  const ends = Date.parse(line.dataset.ends)
  const ahead = Date.parse(line.dataset.now) - Date.now()
  const whole = line.querySelector('progress')
  const begun = Number(whole.value)
  const atFirst = ends - Date.parse(line.dataset.now)
  const count = () => {
    const left = Math.max(0, ends - Date.now() - ahead)
    line.querySelector('[data-left]').textContent = Math.ceil(left / 60_000)
    whole.value = begun + (100 - begun) * (1 - left / atFirst)
  }
  setInterval(count, 10_000)
}
