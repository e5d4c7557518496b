/**
 * File control blocks: one for each file of a volume that is or was open.
 *
 * An FCB holds the file system's open of the file (`file`, CREATE to CLOSE), the file's facts, its
 * cached pages and regions. It stays after the last handle is closed, so that opening the file
 * again asks nobody; names.ts says for how long.
 *
 * Facts are the file system's as it last told them, and what has happened in the cache since: sizes
 * and times here are those that a program should see.
 */
import { encodeLarge } from '../../../rtl/information.ts';
import type { IrpParameters, IrpResult } from '../../../rtl/irp.ts';
import {
  FILE_ACTION_MODIFIED,
  FILE_ATTRIBUTE_DIRECTORY,
  FILE_NOTIFY_CHANGE_DIR_NAME,
  FILE_NOTIFY_CHANGE_FILE_NAME,
  FILE_NOTIFY_CHANGE_LAST_WRITE,
  FILE_NOTIFY_CHANGE_SIZE,
  FileAllocationInformation,
  FileEndOfFileInformation,
} from '../../../rtl/nt.ts';
import { NT_SUCCESS, Status } from '../../../rtl/status.ts';
import type { ByteLocks, LockOwner } from './bytelocks.ts';
import { FileCache } from '../../cc/filecache.ts';
import type { CcBacking } from '../../cc/types.ts';
import { writesEnded } from '../../cc/writeback.ts';
import type { FileObject } from './fileobject.ts';
import { reportChanges } from './notify.ts';
import { callDriver } from '../request/send.ts';
import { ShareAccess } from './share.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from './volume.ts';

/** Where a rename leads to. */
export type RenameTarget = Pick<
  IrpParameters<'set_information'>,
  'target' | 'related' | 'replace' | 'room'
>;

/** Of everything but renames. */
export const NO_TARGET: RenameTarget = { target: '', related: 0, replace: false, room: 0 };

/** Classes whose answer changes sizes. */
const SIZES: ReadonlySet<number> = new Set([FileEndOfFileInformation, FileAllocationInformation]);

export type FileFacts = IrpResult<'set_information'>;

/** Places of this many bytes are asked for at once. */
const RESOLVE_AHEAD = 0x4_0000;
/** FAT's limit; also what an i64 offset and a u32 length can name here. */
const SIZE_LIMIT = 0xffff_ffff;

export class Fcb implements CcBacking {
  readonly io: IoContext;
  readonly volume: Volume;
  /** The file system's number for the file. */
  readonly number: number;
  /** The file system's open of it. */
  readonly file: number;
  readonly cache: FileCache;
  readonly shares = new ShareAccess();
  readonly opens = new Set<FileObject>();
  /** Absent where nothing is locked: reads and writes then ask nobody. */
  locks: ByteLocks | undefined;
  /** From the root, as it was first opened; changes with a rename. */
  path: string;
  attributes = 0;
  created = 0;
  accessed = 0;
  written = 0;
  deletePending = false;
  /** The file system knows that it is to be deleted. */
  deleteTold = false;
  /** Written since the file system last set the time of writing. */
  modified = false;
  /** The file is deleted, or its volume is gone: nothing more is sent for it. */
  gone = false;

  constructor(io: IoContext, volume: Volume, number: number, file: number, path: string) {
    this.io = io;
    this.volume = volume;
    this.number = number;
    this.file = file;
    this.path = path;
    this.cache = new FileCache(io.executive.cc.manager, volume.cache, this);
  }

  get directory(): boolean {
    return (this.attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0;
  }

  /** Facts of CREATE: nothing is cached yet. */
  begin(facts: Partial<FileFacts>): number {
    const status = this.updateSizes(facts);
    const valid = facts.validData ?? 0;
    this.cache.validData = Math.max(0, Math.min(valid, this.cache.endOfFile));
    return status;
  }

  /** Attributes and times, of an answer that changes them. */
  update(facts: Partial<FileFacts>): void {
    this.attributes = facts.attributes ?? 0;
    this.created = facts.created ?? 0;
    this.accessed = facts.accessed ?? 0;
    this.written = facts.written ?? 0;
  }

  /**
   * All facts, of an answer that changes sizes; caller holds the cache's resource. Nonsense is
   * refused and changes nothing.
   */
  updateSizes(facts: Partial<FileFacts>): number {
    const endOfFile = facts.endOfFile ?? 0;
    const allocation = facts.allocation ?? 0;
    for (const size of [endOfFile, allocation])
      if (!Number.isSafeInteger(size) || size < 0 || size > SIZE_LIMIT + 0x1_0000)
        return Status.STATUS_FILE_CORRUPT_ERROR;
    this.update(facts);
    if (!this.directory) this.cache.setSizes(endOfFile, Math.max(allocation, endOfFile));
    return Status.STATUS_SUCCESS;
  }

  /**
   * A write that the file system was not asked about: the time is ours to keep. `before`: the size
   * was that.
   */
  touch(before = this.cache.endOfFile): void {
    this.modified = true;
    this.written = this.io.executive.ke.systemTime();
    const grown = before === this.cache.endOfFile ? 0 : FILE_NOTIFY_CHANGE_SIZE;
    this.changed(FILE_NOTIFY_CHANGE_LAST_WRITE | grown);
  }

  /** Tells those who watch; `filter`: FILE_NOTIFY_CHANGE_*, one for contents and attributes. */
  changed(filter: number): void {
    this.#report(FILE_ACTION_MODIFIED, filter);
  }

  /** Tells those who watch that a name came or went. */
  named(action: number): void {
    const { directory } = this;
    this.#report(action, directory ? FILE_NOTIFY_CHANGE_DIR_NAME : FILE_NOTIFY_CHANGE_FILE_NAME);
  }

  #report(action: number, filter: number): void {
    const { volume, path } = this;
    if (volume.watches.size > 0) reportChanges(volume, [{ action, path, filter }]);
  }

  /** SET_INFORMATION to the file system; takes the facts that come back. */
  setOnDisk(infoClass: number, data: Uint8Array, target = NO_TARGET): Promise<number> {
    return this.volume.verified(async () => {
      if (this.gone) return Status.STATUS_FILE_FORCED_CLOSED;
      const irp = await callDriver(this.io, this.volume.fileSystem, {
        major: 'set_information',
        file: this.file,
        parameters: { class: infoClass, data, ...target },
      });
      if (!NT_SUCCESS(irp.status)) return irp.status;
      if (this.gone) return Status.STATUS_FILE_FORCED_CLOSED;
      if (SIZES.has(infoClass)) return this.updateSizes(irp.result);
      this.update(irp.result);
      return Status.STATUS_SUCCESS;
    });
  }

  /**
   * End of file or allocation; write-back is held off what is cut. Not to be called by who holds
   * the file's resource.
   */
  resize(infoClass: number, size: number): Promise<number> {
    const { cache } = this;
    return cache.resource.run(async () => {
      if (infoClass === FileEndOfFileInformation && size === cache.endOfFile)
        return Status.STATUS_SUCCESS;
      if (cache.sections > 0 && size < cache.endOfFile) return Status.STATUS_USER_MAPPED_FILE;
      cache.held = size;
      try {
        // A write-back that is under way ends first: the clusters may have another owner soon.
        await writesEnded(cache.volume);
        return await this.setOnDisk(infoClass, encodeLarge(size));
      } finally {
        cache.held = Infinity;
      }
    });
  }

  releaseLocks(which: (owner: LockOwner) => boolean, status: number): void {
    const { locks } = this;
    if (!locks) return;
    locks.release(which, status);
    if (locks.isEmpty) this.locks = undefined;
  }

  async resolve(offset: number, length: number): Promise<number> {
    const { endOfFile, extents } = this.cache;
    const wide = Math.max(length, Math.min(RESOLVE_AHEAD, endOfFile - offset));
    if (this.gone) return Status.STATUS_FILE_FORCED_CLOSED;
    const irp = await callDriver(this.io, this.volume.fileSystem, {
      major: 'read',
      file: this.file,
      parameters: { offset, length: wide },
    });
    if (!NT_SUCCESS(irp.status)) return irp.status;
    if (this.gone) return Status.STATUS_FILE_FORCED_CLOSED;
    return extents.add(irp.result.extents ?? [], this.volume.cache.device.length);
  }

  async extend(offset: number, length: number): Promise<number> {
    if (offset + length > SIZE_LIMIT) return Status.STATUS_DISK_FULL;
    if (this.gone) return Status.STATUS_FILE_FORCED_CLOSED;
    const irp = await callDriver(this.io, this.volume.fileSystem, {
      major: 'write',
      file: this.file,
      parameters: { offset, length, data: new Uint8Array() },
    });
    if (!NT_SUCCESS(irp.status)) return irp.status;
    if (this.gone) return Status.STATUS_FILE_FORCED_CLOSED;
    const { extents, ...facts } = irp.result;
    const status = this.cache.extents.add(extents ?? [], this.volume.cache.device.length);
    if (!NT_SUCCESS(status)) return status;
    this.modified = false;
    return this.updateSizes(facts);
  }
}
