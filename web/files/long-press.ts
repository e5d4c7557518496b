/**
 * A finger that rests: what the right button is for a mouse. Some browsers tell of it by
 * `contextmenu`, some tell nobody, and so it is timed here. Of a button they tell when it goes down
 * (Firefox, on systems where menus come then), or when it is up again.
 *
 *   start(event, rested, act)
 *                     at `pointerdown`; `rested` is called once it has rested, `act` when it goes
 *                     then: a menu that is opened under it would be closed by its going
 *   follow(event)     at `pointermove`: it moves, and does not rest
 *   rest()            at `contextmenu`: it has rested. False: nothing is down
 *   up(), cancel()    at `pointerup`, `pointercancel`
 *   wasLong           of the last one: what the browser makes of its `touchend`, a click, is to be
 *                     prevented, or the menu that is there by then has it
 */
const REST_MS = 500;
const SLOP_PX = 10;

export class LongPress {
  wasLong = false;
  #rested: (() => void) | undefined;
  #act: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #x = 0;
  #y = 0;

  start(
    { pointerType, clientX, clientY }: PointerEvent,
    rested: () => void,
    act: () => void,
  ): void {
    this.cancel();
    this.wasLong = false;
    [this.#rested, this.#act] = [rested, act];
    [this.#x, this.#y] = [clientX, clientY];
    if (pointerType === 'touch') this.#timer = setTimeout(() => this.rest(), REST_MS);
  }

  follow({ clientX, clientY }: PointerEvent): void {
    if (!this.wasLong && Math.hypot(clientX - this.#x, clientY - this.#y) > SLOP_PX) this.cancel();
  }

  rest(): boolean {
    if (!this.#act) return false;
    if (!this.wasLong) this.#rested?.();
    return (this.wasLong = true);
  }

  up(): void {
    const act = this.#act;
    this.cancel();
    if (act && this.wasLong) setTimeout(act);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#act = undefined;
  }
}
