/**
 * What of the machine's drives is seen and heard: their lights in the drive bar and on the key that
 * it is folded behind (key-row.ts), and, where somebody has switched it on, motors and heads
 * (drive-sound.ts, loaded with the first sound).
 *
 *   new Signs(element)
 *     show(signs)     what the controller did since the last time; none: no system runs any more
 *     follow()        the sound may have been switched on or off
 *   soundSwitch(on, set)   the button
 *
 * Lights are set where they are, and nothing is drawn anew: a disk that is read says so up to 25
 * times a second.
 */
import { html, type TemplateResult } from 'lit';
import type { DriveSigns } from '../host/protocol.ts';
import type { DriveSound } from './drive-sound.ts';
import { DRIVES } from './types.ts';

/** Milliseconds: sooner nobody sees that it was lit. */
const FLASH = 120;

export interface SignsElement {
  /** Undefined before it was in a page. */
  readonly renderRoot: HTMLElement | DocumentFragment | undefined;
  driveSound: boolean;
}

export class Signs {
  readonly #element: SignsElement;
  readonly #timers: ReturnType<typeof setTimeout>[] = [];
  #isHeard = false;
  #last: readonly DriveSigns[] = [];
  #sound: Promise<DriveSound> | undefined;

  constructor(element: SignsElement) {
    this.#element = element;
  }

  show(signs: readonly DriveSigns[]): void {
    this.#last = signs;
    DRIVES.forEach((_, i) => this.#light(i, signs[i]));
    if (this.#element.driveSound || signs.length === 0) this.#hear(signs);
  }

  follow(): void {
    const { driveSound } = this.#element;
    if (driveSound === this.#isHeard) return;
    this.#isHeard = driveSound;
    this.#hear(driveSound ? this.#last.map((signs) => ({ ...signs, steps: 0 })) : []);
  }

  #light(index: number, signs: DriveSigns | undefined): void {
    const rest = signs?.selected ? 'on' : 'off';
    const doing = signs && doingOf(signs);
    clearTimeout(this.#timers[index]);
    this.#set(index, doing ?? rest);
    if (doing) this.#timers[index] = setTimeout(() => this.#set(index, rest), FLASH);
  }

  #set(index: number, what: string): void {
    const { renderRoot } = this.#element;
    for (const place of ['.drive', '#fold']) {
      const light = renderRoot?.querySelectorAll<HTMLElement>(`${place} .light`)[index];
      if (!light) continue;
      light.dataset['light'] = what;
      light.ariaLabel = `Light ${what}`;
    }
  }

  /** A page without sound is a page all the same. */
  #hear(signs: readonly DriveSigns[]): void {
    if (signs.length > 0)
      this.#sound ??= import('./drive-sound.ts').then(({ DriveSound }) => new DriveSound());
    this.#sound?.then((sound) => sound.hear(signs)).catch(() => (this.#sound = undefined));
  }
}

function doingOf({ writes, reads, steps }: DriveSigns): string | undefined {
  if (writes > 0) return 'writing';
  if (reads > 0) return 'reading';
  return steps > 0 ? 'seeking' : undefined;
}

export function soundSwitch(on: boolean, set: (on: boolean) => void): TemplateResult {
  return html`<button
    type="button"
    part="button"
    id="drive-sound"
    aria-pressed=${on}
    @click=${() => set(!on)}
  >
    Drive sound
  </button>`;
}
