/**
 * The guide's examples run: each has a button, and the page a machine that comes with the first
 * press, with the tour disk in A:. What is done to that disk lasts as long as the page.
 *
 * The element is the one that authors load, by its address: a reader who runs nothing fetches
 * nothing of it. Where there is room it stands beside the text, else below the example; moved, it
 * goes on running.
 */
import type { NeptuneOs } from '../element/neptune-os.ts';

/** guide.css has the other half of this. */
const BESIDE = matchMedia('(min-width: 88rem)');
const buttons = document.querySelectorAll<HTMLButtonElement>('button[data-lines]');
/** The site's folder: the page's link home leads there. */
const home = document.querySelector<HTMLAnchorElement>('header a')!.href;

let place: HTMLElement | undefined;
let coming: Promise<NeptuneOs> | undefined;

function makePlace(): HTMLElement {
  const made = document.createElement('aside');
  made.className = 'machine';
  made.ariaLabel = 'The machine';
  const machine = document.createElement('neptune-os');
  machine.setAttribute('disk-a', new URL('disks/tour.img.gz', home).href);
  machine.toggleAttribute('controls', true);
  made.append(machine);
  return made;
}

async function load(machine: Element): Promise<NeptuneOs> {
  await import(/* @vite-ignore */ new URL('neptune-os.js', home).href);
  return machine as NeptuneOs;
}

function putBeside(example: Element): void {
  place ??= makePlace();
  if (BESIDE.matches) {
    if (place.parentElement !== document.body) document.body.append(place);
  } else if (example.nextElementSibling !== place) {
    example.after(place);
  }
}

async function run(button: HTMLButtonElement): Promise<void> {
  putBeside(button.closest('.example')!);
  try {
    coming ??= load(place!.querySelector('neptune-os')!);
    const machine = await coming;
    machine.typeLines(button.dataset['lines']!);
  } catch {
    coming = undefined;
    button.textContent = 'The system could not be loaded. Try again';
    return;
  }
  button.textContent = 'Run it';
}

/** In a list that scrolls by itself: where the reader is. */
function showCurrent(): void {
  const list = document.querySelector<HTMLElement>('#chapters')!;
  const current = list.querySelector<HTMLElement>('[aria-current]');
  if (!current || list.scrollHeight <= list.clientHeight) return;
  const { top } = current.getBoundingClientRect();
  list.scrollTop += top - list.getBoundingClientRect().top - list.clientHeight / 3;
}

showCurrent();
for (const button of buttons) {
  button.hidden = false;
  button.addEventListener('click', () => void run(button));
}
