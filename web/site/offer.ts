/**
 * The commands of a link: shown, and typed only when the reader says so.
 *
 *   offerCommands(place, machine, run)
 */
import type { NeptuneOs } from '../element/neptune-os.ts';

export function offerCommands(place: HTMLElement, machine: NeptuneOs, run: string): void {
  if (run.trim() === '') return;
  const words = document.createElement('p');
  words.textContent = 'This link brings commands:';
  const lines = document.createElement('pre');
  lines.textContent = run;
  const close = (): void => {
    place.hidden = true;
    machine.focus();
  };
  const runButton = button('Run', () => {
    machine.typeLines(run);
    close();
  });
  place.replaceChildren(words, lines, runButton, button('Dismiss', close));
  place.hidden = false;
}

function button(name: string, pressed: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = name;
  element.addEventListener('click', pressed);
  return element;
}
