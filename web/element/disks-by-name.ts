/**
 * Disks put in and taken out by a page, which names the drive: a floppy drive of the machine
 * (drives.ts), or `C:`, a disk in the system's RAM (drivers/storage/ramdisk).
 *
 *   insert(drive, image, options)   what was in the drive goes
 *   eject(drive), image(drive, options)   flushed; the image. Without, where it is wanted as it is
 *   pull(drive)                     a floppy, not flushed; the image
 *   medium(drive)                   its name, and the disk as its head finds it now; C: has no head
 *
 * A disk in RAM is any whole number of sectors, and lasts as long as the system that runs: nothing
 * keeps it. It goes in and out by the agent's calls, like a program's.
 */
import { RAMDISK_LIMIT } from '../../personality/rtl/ramdisk.ts';
import { type AgentRequest, type AgentResults, RAM_DRIVE } from '../host/agent-protocol.ts';
import { bodyOf, booleanOf, contentOf, isUrl, optionsOf, readStream } from './arguments.ts';
import type { Disk } from './disk.ts';
import type { Drives } from './drives.ts';
import { fileName, imageBlob, sourceOf } from './source.ts';
import { driveNamed, type ExportOptions, type ImageSource, insertOptionsOf } from './types.ts';

const WHAT = 'The image';

export interface DisksByNameParts {
  readonly drives: Pick<Drives, 'insert' | 'eject' | 'image' | 'asWritten'>;
  /** Throws where the page does not let its disk out. */
  mayLeave(drive: typeof RAM_DRIVE): void;
  /** Resolves when the system has what it needs of the boot. */
  needed(): Promise<unknown>;
  ask<R extends AgentRequest>(request: R): Promise<AgentResults[R['op']]>;
}

export class DisksByName {
  readonly #parts: DisksByNameParts;

  constructor(parts: DisksByNameParts) {
    this.#parts = parts;
  }

  async insert(drive: unknown, image: ImageSource, options: unknown): Promise<void> {
    const { drives, ask } = this.#parts;
    const floppy = isRamDrive(drive) ? undefined : driveNamed(drive);
    const checked = insertOptionsOf(options);
    if (floppy) return drives.insert(floppy, image, checked);
    const { persist, writeProtected = false } = checked;
    if (persist) throw new TypeError(`${RAM_DRIVE} is a disk in RAM, which is not kept.`);
    const bytes = await bytesOf(image);
    await ask({ op: 'insertImage', drive: RAM_DRIVE, image: bytes, writeProtected });
  }

  async eject(drive: unknown): Promise<Blob> {
    const { drives, ask, needed, mayLeave } = this.#parts;
    if (isRamDrive(drive)) {
      mayLeave(RAM_DRIVE);
      return imageBlob(RAM_DRIVE, await ask({ op: 'ejectImage', drive: RAM_DRIVE }));
    }
    const name = driveNamed(drive);
    await needed();
    return imageBlob(name, await drives.eject(name, true));
  }

  async pull(drive: unknown): Promise<Blob> {
    const name = driveNamed(drive);
    await this.#parts.needed();
    return imageBlob(name, await this.#parts.drives.eject(name, true, true));
  }

  async medium(drive: unknown): Promise<{ name: string; disk?: Disk | undefined }> {
    if (isRamDrive(drive)) return { name: RAM_DRIVE };
    const name = driveNamed(drive);
    await this.#parts.needed();
    const disk = await this.#parts.drives.asWritten(name);
    if (!disk) throw new Error(`${name} has no disk.`);
    return { name, disk };
  }

  async image(drive: unknown, options?: unknown): Promise<Blob> {
    const { drives, ask, needed } = this.#parts;
    if (isRamDrive(drive))
      return imageBlob(RAM_DRIVE, await ask({ op: 'readImage', drive: RAM_DRIVE }));
    const name = driveNamed(drive);
    const how = { asIs: booleanOf };
    const { asIs } = optionsOf<ExportOptions>(options, 'The options', how);
    await needed();
    return imageBlob(name, await drives.image(name, false, asIs));
  }
}

/** `c`, `c:` and `C:\` are one, as with the others. */
function isRamDrive(drive: unknown): boolean {
  return typeof drive === 'string' && /^c:?[\\/]*$/i.test(drive);
}

async function bytesOf(image: ImageSource): Promise<Uint8Array> {
  const source = sourceOf(image);
  if (!isUrl(source)) return contentOf(source, WHAT);
  const response = await fetch(source).catch((cause: unknown) => {
    throw new Error(`${fileName(source)} cannot be fetched.`, { cause });
  });
  return readStream(bodyOf(response, WHAT), WHAT, RAMDISK_LIMIT);
}
