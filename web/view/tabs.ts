/**
 * The row of tabs, which may be wider than its place.
 *
 *   tabAfter(key, at, count)   the number of the tab to which a key leads; undefined: to none
 *   showTab(root)              brings the chosen one into sight, and moves nothing but the row
 */
const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowLeft: -1,
  Home: -Infinity,
  End: Infinity,
};

export function tabAfter(key: string, at: number, count: number): number | undefined {
  const step = STEPS[key];
  return step === undefined ? undefined : Math.min(count - 1, Math.max(0, at + step));
}

export function showTab(root: ParentNode): void {
  const row = root.querySelector('.tabs');
  const tab = row?.querySelector('[aria-selected=true]');
  if (!row || !tab) return;
  const [room, own] = [row.getBoundingClientRect(), tab.getBoundingClientRect()];
  row.scrollLeft += own.left + own.width / 2 - room.left - room.width / 2;
}
