/**
 * The site, once its code is here: one machine that fills the window, with the disks that the
 * address asks for.
 *
 * What a link carries is understood before the machine is defined, so that its disks are in the
 * drives when the system starts. A link's disks are not kept until the reader says so; then they
 * leave the address too, so that a reload finds the kept ones. A page whose machine has `autofocus`
 * gives it the focus at its first prompt; embed.html, which is in another page, does not. What
 * cannot be understood is one line, and the system boots all the same. A link's commands are shown
 * before they run, and only together with its disks.
 */
import { acceptDrops } from '../element/drop.ts';
import { NeptuneOs } from '../element/neptune-os.ts';
import { type DiskDetail, type Drive, DRIVES, type FirstDisk } from '../element/types.ts';
import type { OpenedDisk, OpenedLink } from '../store/types.ts';
import type * as Link from './link.ts';
import { leaveAddress } from './address.ts';
import { setUpBeside, showSource } from './beside.ts';
import { isFirstVisit } from './first-visit.ts';
import { setUpHelp } from './help.ts';
import { askBeforeLeaving } from './leave.ts';
import { rememberSettings } from './remembered.ts';
import { followViewport } from './viewport.ts';

const TOUR = new URL('../../build/disks/tour.img.gz', import.meta.url);
const LINK_KEYS = { 'A:': 'a', 'B:': 'b' } as const;

function firstDisk({ label, writeProtected, ...disk }: OpenedDisk): FirstDisk {
  const facts = { writeProtected: writeProtected ?? false, persist: false };
  if (disk.kind === 'inline')
    return { ...facts, image: disk.image, label: label ?? 'disk from this link' };
  const { url, overlay } = disk;
  return { ...facts, image: new URL(url), ...(label && { label }), ...(overlay && { overlay }) };
}

function linkDisks(link: OpenedLink): Partial<Record<Drive, FirstDisk>> {
  const disks: Partial<Record<Drive, FirstDisk>> = {};
  for (const drive of DRIVES) {
    const disk = link.disks[LINK_KEYS[drive]];
    if (disk) disks[drive] = firstDisk(disk);
  }
  return disks;
}

/** A kept disk is the reader's own from now on: the address does not bring its old state back. */
function forgetInAddress({ drive, change }: DiskDetail): void {
  if (change !== 'saved') return;
  const key = LINK_KEYS[drive];
  leaveAddress(key, `label-${key}`, `protect-${key}`);
}

/** An address that asks for it gets an isolated page, where a service worker can make it one. */
async function isolatesItself(topology: string | null): Promise<boolean> {
  if (topology !== 'isolated' || crossOriginIsolated) return false;
  const { reloadIsolated } = await import('./offline.ts');
  return reloadIsolated();
}

/** Wanted once: the first load does not carry them. */
async function firstSteps(machine: NeptuneOs): Promise<void> {
  try {
    const { showFirstSteps } = await import('./first-steps.ts');
    showFirstSteps(machine, TOUR);
  } catch (error) {
    machine.say('The first steps cannot be shown: their code could not be loaded.', error);
  }
}

/** What can wait for the first prompt. */
async function setUpLater(machine: NeptuneOs): Promise<void> {
  await machine.ready.catch(() => undefined);
  // Of a first visit, too: the Insert dialog has it.
  machine.diskA = TOUR.href;
  const { setUpApp } = await import('./app.ts');
  setUpApp(machine, showSource);
}

/** Whatever the reader has gone to meanwhile keeps the focus. */
function takeFocus(machine: NeptuneOs): void {
  const focus = (): void => {
    if (document.activeElement === document.body) machine.focus();
  };
  machine.addEventListener('neptune-ready', focus, { once: true });
}

const PLAIN: OpenedLink = { disks: {}, run: '', open: '', settings: {}, errors: [] };

/**
 * `understand`: what understands the page's address, where that says something. `shown`: the
 * machine is in sight, and need not be looked for.
 */
export async function start(
  machine: NeptuneOs,
  understand: Promise<typeof Link> | undefined,
  shown: boolean,
): Promise<void> {
  followViewport(machine);
  const links = await understand;
  const link = (await links?.openLink(location.href)) ?? PLAIN;
  const topology = new URLSearchParams(location.search).get('topology');
  if (await isolatesItself(topology)) return;
  // Who understands links has an opinion of it.
  if (!links && topology) machine.setAttribute('topology', topology);
  machine.disks = linkDisks(link);
  const first = isFirstVisit();
  if (!first) machine.diskA = TOUR.href;
  machine.shareBase = new URL('./', location.href).href;
  links?.applySettings(machine, link);
  machine.addEventListener('neptune-disk', (event) =>
    forgetInAddress((event as CustomEvent<DiskDetail>).detail),
  );
  rememberSettings(machine);
  if (machine.autofocus) takeFocus(machine);
  askBeforeLeaving(machine);

  customElements.define('neptune-os', NeptuneOs);
  if (shown) machine.boot().catch(() => undefined); // it was said by the event
  for (const error of link.errors) machine.say(error);
  acceptDrops(document, (files, drive) => void machine.takeFiles(files, drive));
  const named = DRIVES.filter((drive) => link.disks[LINK_KEYS[drive]]);
  links?.openAtStart(machine, link.open, named);
  const place = document.querySelector<HTMLElement>('#offer')!;
  links?.offerCommands(place, machine, link.run, named);
  const showSteps = (): Promise<void> => firstSteps(machine);
  setUpHelp(machine, TOUR, showSteps);
  if (first) void showSteps();
  setUpBeside((message, error) => machine.say(message, error));
  void setUpLater(machine).catch(() => undefined);
}
