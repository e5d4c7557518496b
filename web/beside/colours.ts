/**
 * Colours for a canvas, which takes none of a style sheet by itself, and is not painted anew when
 * the page's colours become others.
 *
 *   inkIn(probe)              answers what a custom property, `--_line`, is now: a colour that a
 *                             canvas knows. `probe` is an element of the same tree that nobody sees
 *   watchColours(changed, ...more)
 *                             tells when the reader has other colours, or when one of `more`, media
 *                             queries, holds or holds no more; returns how to stop
 */

/** Two, since who has dark colours forced changes nothing of "one or the other". */
const SCHEMES = ['(prefers-color-scheme: dark)', '(forced-colors: active)'];

export function inkIn(probe: HTMLElement): (name: string) => string {
  // Resolved by the browser: a custom property may be `light-dark(...)`, or lead to another one.
  const style = getComputedStyle(probe);
  return (name) => {
    probe.style.setProperty('color', `var(${name})`);
    return style.color;
  };
}

export function watchColours(changed: () => void, ...more: readonly string[]): () => void {
  const stopping = new AbortController();
  for (const query of [...SCHEMES, ...more])
    matchMedia(query).addEventListener('change', changed, { signal: stopping.signal });
  return () => stopping.abort();
}
