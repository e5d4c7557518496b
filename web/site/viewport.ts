/**
 * How high the page is that can be seen: a phone's keyboard covers a part of it, and some browsers
 * tell nobody but `visualViewport`.
 *
 *   followViewport(machine)   keeps `--viewport` (a length) and the class `low` on the root
 *                             element; site.css has the rest
 *
 * Source: CSSOM View §14 (the visual viewport).
 */

/** Lower than this, a header and a machine do not go one under the other. */
const LOW_PX = 352;

export function followViewport(machine: HTMLElement): void {
  const root = document.documentElement;
  const seen = window.visualViewport;
  const follow = (): void => {
    // Who has zoomed in looks at a part, and the page stays as it is.
    const height = seen && seen.scale <= 1.01 ? seen.height : window.innerHeight;
    root.style.setProperty('--viewport', `${height}px`);
    root.classList.toggle('low', height < LOW_PX);
    if (height < LOW_PX && document.activeElement === machine)
      machine.scrollIntoView({ block: 'end' });
  };
  (seen ?? window).addEventListener('resize', follow);
  follow();
}
