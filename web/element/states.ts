/**
 * The states of an element that a page's style sheet can ask for: `:state(running)`.
 *
 *   markState(internals, state, on)
 */

export function markState(internals: ElementInternals, state: string, on: boolean): void {
  try {
    internals.states[on ? 'add' : 'delete'](state);
  } catch {
    // A browser that has no states, or only ones with dashes: style sheets there do without.
  }
}
