/**
 * Whether everything in a page has its place: measured, in the page, of all controls and words.
 *
 *   settled(page)   misfits once the layout has settled
 *   LOOKS           light, dark and forced colours, as emulateMedia takes them
 *   inAllLooks(page, look)
 *                   `look(name)` in each, and with letters twice as large; then as it was
 *   misfits()   to be run in the page: what is wrong, in words. Controls that lie on each other,
 *               are cut off or reach out of the window; words that reach out of their boxes; a page
 *               that is wider than its window; a terminal of less than three lines
 *   VIEWPORTS   from a small phone to a large screen, zoomed in, and with a phone's keyboard open
 */

import { setTimeout as sleep } from 'node:timers/promises';

export const VIEWPORTS = {
  'a small phone': [320, 568],
  'a phone': [390, 844],
  'a phone lying down': [667, 375],
  'a phone lying down, its keyboard open': [667, 150],
  'a desk at 400 %': [320, 200],
  'a desk at 200 %': [640, 400],
  'a frame in the guide': [800, 500],
  'a tablet': [1024, 768],
  'a desk': [1280, 800],
  'a large screen': [2560, 1440],
};

export function misfits() {
  const found = [];
  const LEAVES =
    'button, input, a, label, h1, .letter, .label, .size, .badge, .message span, .notes';
  const SLACK = 1;

  const deep = (root) =>
    [...root.querySelectorAll('*')].flatMap((element) =>
      element.shadowRoot ? [element, ...deep(element.shadowRoot)] : [element],
    );
  const parentOf = (element) => element.parentElement ?? element.getRootNode().host ?? null;
  const nameOf = (element) =>
    `${element.localName} "${(element.getAttribute('aria-label') ?? element.textContent).trim().slice(0, 30)}"`;

  /** What can be seen of a box: scrolled and hidden parts are not there. */
  function seen(element, box) {
    let { left, top, right, bottom } = box;
    for (let up = parentOf(element); up; up = parentOf(up)) {
      if (up.localName === 'body' || up.localName === 'html') break;
      if (getComputedStyle(up).overflow === 'visible') continue;
      const clip = up.getBoundingClientRect();
      left = Math.max(left, clip.left);
      top = Math.max(top, clip.top);
      right = Math.min(right, clip.right);
      bottom = Math.min(bottom, clip.bottom);
    }
    return { left, top, right, bottom };
  }

  const modal = deep(document).find((element) => element.matches('dialog:modal'));
  const within = (element) => {
    for (let up = element; up; up = parentOf(up)) if (up === modal) return true;
    return modal === undefined;
  };
  const leaves = deep(document)
    .filter((element) => element.matches(LEAVES) && element.checkVisibility() && within(element))
    .map((element) => ({ element, box: seen(element, element.getBoundingClientRect()) }))
    .filter(({ box }) => box.right - box.left > SLACK && box.bottom - box.top > SLACK);

  const { scrollWidth, scrollHeight, classList } = document.documentElement;
  if (scrollWidth > innerWidth) found.push(`the page is ${scrollWidth} pixels wide`);
  if (scrollHeight > innerHeight + SLACK && !classList.contains('low'))
    found.push(`the page is ${scrollHeight} pixels high`);

  for (const { element, box } of leaves) {
    if (box.left < -SLACK || box.right > innerWidth + SLACK)
      found.push(`${nameOf(element)} reaches out of the window`);
    if (element.matches('.label, input')) continue; // cut with an ellipsis, and has a title
    const range = document.createRange();
    range.selectNodeContents(element);
    const whole = element.getBoundingClientRect();
    for (const line of range.getClientRects())
      if (
        line.left < whole.left - SLACK ||
        line.right > whole.right + SLACK ||
        line.top < whole.top - 4 ||
        line.bottom > whole.bottom + 4
      )
        found.push(`${nameOf(element)}: its words reach out of it`);
  }

  leaves.forEach(({ element: one, box: a }, i) => {
    for (const { element: other, box: b } of leaves.slice(i + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > SLACK && high > SLACK) found.push(`${nameOf(one)} lies on ${nameOf(other)}`);
    }
  });

  const rows = document.querySelector('neptune-os').shadowRoot.querySelector('.xterm-rows');
  if (rows.childElementCount < 3) found.push(`the terminal has ${rows.childElementCount} lines`);
  return found;
}

/** What is wrong once the layout has settled. */
export async function settled(page) {
  let wrong = [];
  for (let turn = 0; turn < 40; turn++) {
    wrong = await page.evaluate(misfits);
    if (wrong.length === 0) return wrong;
    await sleep(50);
  }
  return wrong;
}

export const LOOKS = {
  light: { colorScheme: 'light', forcedColors: 'none' },
  dark: { colorScheme: 'dark', forcedColors: 'none' },
  forced: { colorScheme: 'dark', forcedColors: 'active' },
};

export async function inAllLooks(page, look) {
  const letters = (size) =>
    page.evaluate((value) => (document.documentElement.style.fontSize = value), size);
  for (const [name, media] of Object.entries(LOOKS)) {
    await page.emulateMedia(media);
    await look(name);
  }
  await page.emulateMedia(LOOKS.light);
  await letters('200%');
  await look('large');
  await letters('');
}
