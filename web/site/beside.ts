/**
 * What stands beside the machine: its files, the box of kept disks, the map of a disk, the
 * inside, the bench for drivers.
 * One at a time, by the header's buttons; on a narrow screen it takes the machine's place. Each is
 * fetched when it is first wanted, and stays then: what was chosen in it is there when it comes
 * back.
 * embed.html has none.
 *
 *   setUpBeside(say)    the buttons, and the Insert dialog's *All disks…*; `say` takes one line
 *                       about what cannot be shown
 *   showFile(path)      in the list of files; false where the page has none
 *   showSource(path)    in the bench for drivers, likewise
 */
interface View {
  readonly tag: string;
  load(): Promise<unknown>;
}

const files = (): Promise<unknown> => import('../files/index.ts');

const VIEWS: Readonly<Record<string, View>> = {
  files: { tag: 'neptune-files', load: files },
  box: { tag: 'neptune-box', load: () => import('../box/index.ts') },
  map: { tag: 'neptune-disk-map', load: files },
  inside: { tag: 'neptune-view', load: () => import('../view/index.ts') },
  drivers: { tag: 'neptune-bench', load: () => import('../workbench/index.ts') },
};

interface FileViewer extends HTMLElement {
  open(path: string): Promise<void>;
}

const place = (): HTMLElement | null => document.querySelector<HTMLElement>('#beside');
const buttonOf = (name: string): HTMLElement | null =>
  document.querySelector<HTMLElement>(`[data-view="${name}"]`);
const labelOf = (name: string): string => buttonOf(name)?.textContent.trim() ?? '';

/** The view that was asked for last. */
let wanted = '';

async function show(name: string, aside: HTMLElement): Promise<HTMLElement> {
  const { tag, load } = VIEWS[name]!;
  wanted = name;
  await load();
  const there = aside.querySelector<HTMLElement>(tag);
  const view = there ?? document.createElement(tag);
  if (!there) {
    view.setAttribute('for', 'machine');
    view.hidden = true;
    aside.append(view);
  }
  // Its code took longer than that of another, which was asked for later.
  if (wanted !== name) return view;
  for (const other of aside.children) (other as HTMLElement).hidden = other !== view;
  aside.hidden = false;
  aside.ariaLabel = labelOf(name);
  mark(name);
  return view;
}

function mark(shown: string | undefined): void {
  for (const name of Object.keys(VIEWS))
    buttonOf(name)?.setAttribute('aria-expanded', String(name === shown));
}

async function press(name: string, aside: HTMLElement): Promise<void> {
  const isShown = buttonOf(name)?.ariaExpanded === 'true';
  if (!isShown) return (await show(name, aside)).focus();
  hide(aside);
}

function hide(aside: HTMLElement): void {
  aside.hidden = true;
  mark(undefined);
}

export function setUpBeside(say: (message: string, error: unknown) => void): void {
  const aside = place();
  if (!aside) return;
  const orSay = (name: string, shown: Promise<unknown>): void => {
    shown.catch((error: unknown) =>
      say(`${labelOf(name)} cannot be shown: its code could not be loaded.`, error),
    );
  };
  for (const name of Object.keys(VIEWS))
    buttonOf(name)?.addEventListener('click', () => orSay(name, press(name, aside)));
  // The machine has all the room again.
  aside.addEventListener('neptune-view-window', (event) => {
    if ((event as CustomEvent<{ open: boolean }>).detail.open) hide(aside);
  });
  addEventListener('neptune-box', (event) => {
    event.preventDefault();
    orSay(
      'box',
      show('box', aside).then((view) => view.focus()),
    );
  });
}

export const showFile = (path: string): Promise<boolean> => showIn('files', path);
export const showSource = (path: string): Promise<boolean> => showIn('drivers', path);

async function showIn(name: string, path: string): Promise<boolean> {
  const aside = place();
  if (!aside) return false;
  const view = (await show(name, aside)) as FileViewer;
  await view.open(path);
  return true;
}
