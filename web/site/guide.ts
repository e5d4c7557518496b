/**
 * The guide's examples run: each has a button. For sessions at the prompt the page has a machine
 * that comes with the first press, with the tour disk in A:; what is done to that disk lasts as
 * long as the page. An example that is a page is shown in a frame below its text.
 *
 * The element is the one that authors load, by its address: a reader who runs nothing fetches
 * nothing of it. Where there is room it stands beside the text, else below the example; moved, it
 * goes on running.
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import { keepOffline } from './offline.ts';

/** guide.css has the other half of this. */
const BESIDE = matchMedia('(min-width: 88rem)');
const buttons = document.querySelectorAll<HTMLButtonElement>('.example button');
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

/** Pressed again, it begins anew. */
function showPage(button: HTMLButtonElement): void {
  const example = button.closest('.example')!;
  const there = example.nextElementSibling;
  if (there instanceof HTMLIFrameElement) there.remove();
  const frame = document.createElement('iframe');
  frame.title = 'The example, running';
  frame.src = button.dataset['page']!;
  example.after(frame);
}

/** In a list that scrolls by itself: where the reader is. */
function showCurrent(): void {
  const list = document.querySelector<HTMLElement>('#chapters')!;
  const current = list.querySelector<HTMLElement>('[aria-current]');
  if (!current || list.scrollHeight <= list.clientHeight) return;
  const { top } = current.getBoundingClientRect();
  list.scrollTop += top - list.getBoundingClientRect().top - list.clientHeight / 3;
}

const experiment = document.querySelector<HTMLElement>('neptune-experiment');
if (experiment) void import('./bench.ts').then(({ setUpBench }) => setUpBench(experiment, home));
showCurrent();
for (const button of buttons) {
  button.hidden = false;
  button.addEventListener('click', () => {
    if (button.dataset['page']) showPage(button);
    else void run(button);
  });
}
// Whoever reads first has the site as whoever starts it first: without a network, and isolated.
keepOffline(home);
