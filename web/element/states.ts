/**
 * The states of an element that a page's style sheet can ask for: `:state(running)`.
 *
 *   markState(internals, state, on)
 *   markMachineState(internals, state)   of these states, the one that the machine is in
 *
 * @cssstate booting    between the start and the first prompt
 * @cssstate running    a system runs
 * @cssstate failed     it could not boot, or it stopped
 * @cssstate dropping   files hover over the element
 * @cssstate waiting    nobody has asked for a system yet; with `boot="manual"`, the poster is shown
 * @cssstate unsaved    as the property: a kept disk has changes that are not kept yet
 * @cssstate unkept     as the property: a disk that nobody keeps was changed
 */

const MACHINE_STATES = ['booting', 'running', 'failed'];

export function markMachineState(internals: ElementInternals, now: string): void {
  for (const state of MACHINE_STATES) markState(internals, state, state === now);
}

export function markState(internals: ElementInternals, state: string, on: boolean): void {
  try {
    internals.states[on ? 'add' : 'delete'](state);
  } catch {
    // A browser that has no states, or only ones with dashes: style sheets there do without.
  }
}
