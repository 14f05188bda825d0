"""A page on a phone with letters twice as large, and under the Tab key: what is in somebody's way.

Letters grow as they do for whoever asks their browser for larger ones, so that what the house says
of narrow windows holds as well. What the keyboard must reach is everything that can be pressed
or written in, however it was made; one radio button stands for its group.
"""

from typing import Any

from playwright.sync_api import Page

ROUNDS = 8
"""So often may Tab be pressed for each control: a date has several parts."""

UNFOLD = "() => document.querySelectorAll('details').forEach(more => { more.open = true })"

LARGE = r"""() => {
  const wide = document.documentElement.clientWidth, found = [];
  const named = e => `${e.tagName.toLowerCase()}.${e.getAttribute('class') || ''}`;
  const scrolls = e => { for (let at = e.parentElement; at; at = at.parentElement)
    if (/auto|scroll/.test(getComputedStyle(at).overflowX)) return true; };
  for (const e of document.querySelectorAll('body *')) {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (e.closest('.unseen, svg, option') || box.width < 2 || box.height < 2
      || !e.checkVisibility({visibilityProperty: true})) continue;
    if (box.right > wide + 1 && !scrolls(e)) found.push(`${named(e)} sticks out`);
    if (/hidden|clip/.test(style.overflowX) && e.scrollWidth > e.clientWidth + 1
      || /hidden|clip/.test(style.overflowY) && e.scrollHeight > e.clientHeight + 1)
      found.push(`${named(e)} is clipped`);
  }
  return found.slice(-3);
}"""
"""What leaves the window, or is cut off; a box that scrolls keeps what it holds in reach."""

CONTROLS = r"""() => {
  const all = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  const stops = window.groundStops = new Map(), found = [];
  const words = e => (e.getAttribute('aria-label') || e.id || e.textContent).trim().slice(0, 40);
  for (const e of document.querySelectorAll(all)) {
    if (e.disabled || !e.checkVisibility({visibilityProperty: true})) continue;
    const name = `${e.tagName.toLowerCase()} “${words(e)}”`, label = e.labels && e.labels[0];
    const group = e.type === 'radio' ? [...stops.keys()].find(
      one => one.type === 'radio' && one.name === e.name && one.form === e.form) : null;
    stops.set(e, group ? stops.get(group) : `${stops.size}: ${name}`);
    const box = (/checkbox|radio/.test(e.type) && label || e).getBoundingClientRect();
    if (box.width < 23.9 || box.height < 23.9) found.push(`${name} is too small`);
  }
  document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex');
  return [[...new Set(stops.values())], found];
}"""
"""Everything to be reached, and what no fingertip hits (WCAG 2.2: 24 pixels); Tab begins anew."""

FOCUSED = r"""() => {
  const e = document.activeElement, stop = window.groundStops.get(e);
  if (!stop) return [e === document.body ? '' : 'elsewhere', []];
  const found = [], labels = [...(e.labels || [])];
  const lit = [e, ...labels].some(one => { const s = getComputedStyle(one);
    return s.outlineStyle === 'auto' || s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 1;
  });
  const reach = e.querySelector('.reach');
  const drawn = reach && getComputedStyle(reach).stroke !== 'none';
  if (!lit && !drawn) found.push(`the focus does not show on ${stop}`);
  const box = e.getBoundingClientRect();
  const seen = [[.5, .5], [.1, .5], [.9, .5], [.5, .15], [.5, .85]].some(([x, y]) => {
    const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return top && (e.contains(top) || labels.some(one => one.contains(top)));
  });
  if (!seen) found.push(`something covers ${stop}`);
  return [stop, found];
}"""
"""Where the focus is, whether one sees that, and whether something lies upon it."""


def with_large_letters(page: Page) -> list[str]:
    """What sticks out or is cut off with letters twice as large, everything unfolded."""
    page.evaluate(UNFOLD)
    browser = page.context.new_cdp_session(page)
    fonts: dict[str, Any] = {"fontSizes": {"standard": 32, "fixed": 26}}
    browser.send("Page.setFontSizes", fonts)
    found = page.evaluate(LARGE)
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    browser.detach()
    return found


def by_keyboard(page: Page) -> list[str]:
    """Tab once through the page, with everything unfolded: what is too small, not reached, not to
    be seen when it is, or covered."""
    page.evaluate(UNFOLD)
    wanted, found = page.evaluate(CONTROLS)
    reached: list[str] = []
    for _ in range(ROUNDS * len(wanted)):
        page.keyboard.press("Tab")
        stop, faults = page.evaluate(FOCUSED)
        if not stop or (reached and stop == reached[0] != reached[-1]):
            break
        if stop not in reached:
            found += faults
        reached.append(stop)
    return found + [f"Tab does not reach {stop}" for stop in wanted if stop not in reached]
