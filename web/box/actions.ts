/**
 * What can be done with a disk of the box: each is a call of the machine's, and a sentence that
 * says what became of it.
 *
 *   toggle(disk, drive)   into the drive, or out of it
 *   menuOf(disk)          all that can be done, for its menu
 *   pressed(disk, key)    the same by keys; whether it was one
 *   undo()                brings the last deleted disk back
 */
import type { MenuItem } from '../beside/menu.ts';
import type { KeptDiskInfo, NeptuneOs } from '../element/index.ts';
import { type DriveName, DRIVES, titleOf } from './cards.ts';
import { textOf } from './importer.ts';

export interface ActionsHost {
  machine(): NeptuneOs | undefined;
  /** A line for people; `undo` offers to take it back. */
  say(words: string, undo?: () => void): void;
  /** What went wrong. */
  fail(words: string): void;
  /** Marks the disk as busy until the work is over. */
  during(name: string, work: Promise<unknown>): Promise<void>;
  askLabel(disk: KeptDiskInfo): void;
  /** The disk that is to be the current one once the list is drawn. */
  becomes(name: string | undefined): void;
  /** Beside this one, for the focus when it goes. */
  neighbour(name: string): string | undefined;
  download(file: File): void;
}

export class Actions {
  readonly #host: ActionsHost;
  /** Deleted disks by their names in the bin, the last one last. */
  readonly #deleted: { bin: string; title: string }[] = [];

  constructor(host: ActionsHost) {
    this.#host = host;
  }

  toggle(disk: KeptDiskInfo, drive: DriveName): void {
    if (disk.drive === drive) this.#takeOut(disk, drive);
    else this.#insert(disk, drive);
  }

  #insert(disk: KeptDiskInfo, drive: DriveName): void {
    this.#do(disk, async ({ kept }) => {
      await kept.insert(disk.name, drive);
      this.#host.say(`${titleOf(disk)} is in ${drive}`);
    });
  }

  #takeOut(disk: KeptDiskInfo, drive: DriveName): void {
    this.#do(disk, async (machine) => {
      await machine.ejectDisk(drive);
      this.#host.say(`${titleOf(disk)} is out of ${drive}`);
    });
  }

  rename(disk: KeptDiskInfo, label: string): void {
    this.#do(disk, async ({ kept }) => {
      await kept.rename(disk.name, label);
      this.#host.say(`${titleOf(disk)} is called ${label || 'nothing'} now.`);
    });
  }

  #protect(disk: KeptDiskInfo): void {
    const { writeProtected } = disk;
    this.#do(disk, async ({ kept }) => {
      await kept.protect(disk.name, !writeProtected);
      const now = writeProtected ? 'can be written again' : 'is write-protected';
      this.#host.say(`${titleOf(disk)} ${now}.`);
    });
  }

  #duplicate(disk: KeptDiskInfo): void {
    this.#do(disk, async ({ kept }) => {
      this.#host.becomes(await kept.duplicate(disk.name));
      this.#host.say(`${titleOf(disk)} is copied.`);
    });
  }

  #delete(disk: KeptDiskInfo): void {
    const title = titleOf(disk);
    this.#do(disk, async (machine) => {
      const { kept } = machine;
      const next = this.#host.neighbour(disk.name);
      if (disk.drive) await machine.ejectDisk(disk.drive);
      const bin = await kept.delete(disk.name);
      this.#deleted.push({ bin, title });
      this.#host.becomes(next);
      const out = disk.drive ? ` It was taken out of ${disk.drive} first.` : '';
      this.#host.say(`${title} is in the bin.${out}`, () => this.undo());
    });
  }

  undo(): void {
    const last = this.#deleted.pop();
    const machine = this.#host.machine();
    if (!last || !machine) return;
    const back = machine.kept.restore(last.bin).then((name) => {
      this.#host.becomes(name);
      this.#host.say(`${last.title} is back.`);
    });
    back.catch((error: unknown) => this.#host.fail(`${last.title}: ${textOf(error)}`));
  }

  #saveImage(disk: KeptDiskInfo): void {
    this.#do(disk, async ({ kept }) => this.#host.download(await kept.image(disk.name)));
  }

  #saveOriginal(disk: KeptDiskInfo): void {
    this.#do(disk, async ({ kept }) => {
      const { file, why } = await kept.original(disk.name);
      this.#host.download(file);
      this.#host.say(why ? `${file.name} is saved. ${why}` : `${file.name} is saved.`);
    });
  }

  menuOf(disk: KeptDiskInfo): MenuItem[] {
    const { cameIn } = disk;
    const asItCame: MenuItem = {
      label: `Save as it came (${cameIn.join(', ')})`,
      keys: 'O',
      act: () => this.#saveOriginal(disk),
    };
    const drives = DRIVES.map((drive): MenuItem => {
      const label = disk.drive === drive ? `Take out of ${drive}` : `Insert into ${drive}`;
      return { label, keys: drive.charAt(0), act: () => this.toggle(disk, drive) };
    });
    return [
      ...drives,
      { label: 'Rename…', keys: 'F2', apart: true, act: () => this.#host.askLabel(disk) },
      { label: 'Duplicate', keys: 'D', act: () => this.#duplicate(disk) },
      {
        label: 'Write-protected',
        keys: 'W',
        checked: disk.writeProtected,
        act: () => this.#protect(disk),
      },
      { label: 'Save as image (.img)', keys: 'S', apart: true, act: () => this.#saveImage(disk) },
      ...(cameIn.length > 0 ? [asItCame] : []),
      { label: 'Delete', keys: 'Delete', apart: true, danger: true, act: () => this.#delete(disk) },
    ];
  }

  pressed(disk: KeptDiskInfo, key: string): boolean {
    const wanted = key.toLowerCase();
    const found = this.menuOf(disk).find(({ keys }) => keys?.toLowerCase() === wanted);
    found?.act();
    return found !== undefined;
  }

  #do(disk: KeptDiskInfo, work: (machine: NeptuneOs) => Promise<void>): void {
    const machine = this.#host.machine();
    if (!machine) return;
    const done = work(machine).catch((error: unknown) => {
      this.#host.fail(`${titleOf(disk)}: ${textOf(error)}`);
    });
    void this.#host.during(disk.name, done);
  }
}
