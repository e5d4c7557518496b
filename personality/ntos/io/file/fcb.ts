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
import type { IrpParameters, IrpResult, MajorName } from '../../../rtl/irp.ts';
import {
  FILE_ACTION_MODIFIED,
  FILE_ATTRIBUTE_DIRECTORY,
  FILE_NOTIFY_CHANGE_DIR_NAME,
  FILE_NOTIFY_CHANGE_FILE_NAME,
  FILE_NOTIFY_CHANGE_LAST_WRITE,
  FILE_NOTIFY_CHANGE_SIZE,
  FileAllocationInformation,
  FileEndOfFileInformation,
  FileRenameInformation,
} from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../../../rtl/status.ts';
import type { ByteLocks, LockOwner } from './bytelocks.ts';
import { UNMAPPED } from '../../cc/extents.ts';
import { FileCache } from '../../cc/filecache.ts';
import type { CcBacking } from '../../cc/types.ts';
import { writesEnded } from '../../cc/writeback.ts';
import type { Birth } from './births.ts';
import type { FileObject } from './fileobject.ts';
import { reportChanges } from './notify.ts';
import type { LiveFile, Name, NameFacts } from '../names/name.ts';
import type { Irp, IrpOptions } from '../request/irp.ts';
import { sendIrp } from '../request/send.ts';
import { type Answer, answerTo, openById, type Question } from './question.ts';
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

export type FileFacts = Omit<IrpResult<'set_information'>, 'entry'>;

/** Places of this many bytes are asked for at once. */
const RESOLVE_AHEAD = 0x4_0000;
/** Answers about places that come too late, because the file becomes shorter all the time. */
const CUT_LIMIT = 8;
/** FAT's limit; also what an i64 offset and a u32 length can name here. */
const SIZE_LIMIT = 0xffff_ffff;

export class Fcb implements CcBacking, LiveFile {
  readonly io: IoContext;
  readonly volume: Volume;
  /** The file system's number for the file; 0: it was not asked for it yet. */
  number: number;
  /** The file system's open of it; 0: none yet, because its name was known (`ask` makes one). */
  file: number;
  /** The number of its entry, and what its directory is called; 0: not known, or the root. */
  id = 0;
  node = 0;
  /** Its name, while its directory is known. */
  known: Name | undefined;
  /** Its file system has not made it yet. */
  birth: Birth | undefined;
  #opening: Irp<'create'> | undefined;
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
  /** It is being deleted: by its number one would find nothing, or another file by then. */
  leaving = false;
  /** Requests under way that set attributes. */
  changing = 0;
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

  get endOfFile(): number {
    return this.directory ? 0 : this.cache.endOfFile;
  }

  get allocation(): number {
    return this.directory ? 0 : this.cache.allocation;
  }

  get directory(): boolean {
    return (this.attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0;
  }

  /** Of a name that is known: the file system is not asked before it is needed. */
  static of(io: IoContext, volume: Volume, name: Name, path: string): Fcb | undefined {
    const fcb = new Fcb(io, volume, 0, 0, path);
    fcb.id = name.id;
    fcb.node = name.node;
    const status = fcb.begin({ ...factsOf(name), validData: name.endOfFile });
    if (!NT_SUCCESS(status)) fcb.cache.close();
    else name.attach(fcb);
    return NT_SUCCESS(status) ? fcb : undefined;
  }

  /**
   * Asks the file system about this file. Where it has not opened it yet, that is asked for in the
   * same breath: requests reach it in their order.
   */
  ask<M extends MajorName>(request: Omit<IrpOptions<M>, 'file'>): Promise<Answer<M>> {
    return answerTo(this.send(request));
  }

  send<M extends MajorName>(request: Omit<IrpOptions<M>, 'file'>): Question<M> {
    const opening = this.file === 0 ? this.#open() : this.#opening;
    const file = opening?.file ?? this.file;
    const irp = sendIrp(this.io, this.volume.fileSystem, { ...request, file });
    return { irp, opening };
  }

  /** The file system's open of the file; raises why there is none. */
  async openWithFileSystem(): Promise<number> {
    const opening = this.file === 0 ? this.#open() : this.#opening;
    const status = opening ? await opening.wait() : Status.STATUS_SUCCESS;
    if (!NT_SUCCESS(status)) throw new NtException(status);
    return this.file;
  }

  #open(): Irp<'create'> | undefined {
    if (this.birth) {
      this.volume.births.tell(this);
      return this.#opening;
    }
    return this.create(openById(this.id));
  }

  /** CREATE, by which the file system opens the file, or makes it. */
  create(
    parameters: IrpParameters<'create'>,
    flags = 0,
    answered: (irp: Irp<'create'>) => void = () => undefined,
  ): Irp<'create'> {
    const file = this.io.nextFile++;
    this.file = file;
    const { fileSystem } = this.volume;
    const onDone = (irp: Irp<'create'>): void => {
      this.#opened(irp);
      answered(irp);
    };
    const request = { major: 'create', file, flags, parameters, onDone } as const;
    const opening = sendIrp(this.io, fileSystem, request);
    this.#opening = opening.state === 'done' ? undefined : opening;
    return opening;
  }

  #opened({ status, result }: Irp<'create'>): void {
    this.#opening = undefined;
    if (!NT_SUCCESS(status)) {
      this.file = 0;
      return;
    }
    this.number = result.fcb ?? 0;
    if (!this.gone) this.volume.names.addNumber(this);
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
    // Of a later write the file system does not know yet.
    this.written = Math.max(facts.written ?? 0, this.modified ? this.written : 0);
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
   * A write. Where the file system was not asked about it, the time is ours to keep; one that made
   * the file grow it has timed itself. `before`: the size was that.
   */
  touch(before = this.cache.endOfFile): void {
    const grown = before !== this.cache.endOfFile;
    if (!grown) {
      this.modified = true;
      this.written = this.io.executive.ke.systemTime();
    }
    this.changed(FILE_NOTIFY_CHANGE_LAST_WRITE | (grown ? FILE_NOTIFY_CHANGE_SIZE : 0));
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

  /** `entry`: its new record. A failure may have changed something. */
  async renameOnDisk(target: RenameTarget): Promise<{ status: number; entry?: Uint8Array }> {
    let entry = new Uint8Array();
    const none = new Uint8Array();
    const status = await this.setOnDisk(FileRenameInformation, none, target, (result) => {
      entry = new Uint8Array(result.entry ?? []);
    });
    if (!NT_SUCCESS(status)) this.volume.directories.clear();
    return { status, entry };
  }

  /** SET_INFORMATION to the file system; takes the facts that come back. */
  setOnDisk(
    infoClass: number,
    data: Uint8Array,
    target = NO_TARGET,
    answered: (result: Partial<IrpResult<'set_information'>>) => void = () => undefined,
  ): Promise<number> {
    return this.volume.verified(async () => {
      if (this.gone) return Status.STATUS_FILE_FORCED_CLOSED;
      const irp = await this.ask({
        major: 'set_information',
        parameters: { class: infoClass, data, ...target },
      });
      if (!NT_SUCCESS(irp.status)) return irp.status;
      if (this.gone) return Status.STATUS_FILE_FORCED_CLOSED;
      answered(irp.result);
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
    return this.cache.resource.run(() => this.#resize(infoClass, size));
  }

  /** At least that long; the same. */
  growTo(size: number): Promise<number> {
    const { cache } = this;
    return cache.resource.run(() =>
      size <= cache.endOfFile
        ? Promise.resolve(Status.STATUS_SUCCESS)
        : this.#resize(FileEndOfFileInformation, size),
    );
  }

  async #resize(infoClass: number, size: number): Promise<number> {
    const { cache } = this;
    if (infoClass === FileEndOfFileInformation && size === cache.endOfFile)
      return Status.STATUS_SUCCESS;
    if (cache.sections > 0 && size < cache.endOfFile) return Status.STATUS_USER_MAPPED_FILE;
    const goOn = cache.holdBack(size);
    try {
      // A write-back that is under way ends first: the clusters may have another owner soon.
      await writesEnded(cache.volume);
      return await this.setOnDisk(infoClass, encodeLarge(size));
    } finally {
      goOn();
    }
  }

  releaseLocks(which: (owner: LockOwner) => boolean, status: number): void {
    const { locks } = this;
    if (!locks) return;
    locks.release(which, status);
    if (locks.isEmpty) this.locks = undefined;
  }

  async resolve(offset: number, length: number, request = 0): Promise<number> {
    const { extents } = this.cache;
    if (this.gone) return Status.STATUS_FILE_FORCED_CLOSED;
    if (this.birth) {
      const status = await this.placed();
      // In many pieces, not all of them came along.
      if (!NT_SUCCESS(status) || extents.diskOffset(offset) !== UNMAPPED) return status;
    }
    for (let turn = 0; ; turn++) {
      const { cuts } = extents;
      const irp = await this.#locate(offset, length, request);
      if (!NT_SUCCESS(irp.status)) return irp.status;
      if (this.gone) return Status.STATUS_FILE_FORCED_CLOSED;
      // What it says may be of the longer file, whose clusters are another's by now.
      if (extents.cuts === cuts || turn === CUT_LIMIT)
        return extents.add(irp.result.extents ?? [], this.volume.cache.device.length);
    }
  }

  #locate(offset: number, length: number, request: number): Promise<Answer<'read'>> {
    const wide = Math.max(length, Math.min(RESOLVE_AHEAD, this.cache.endOfFile - offset));
    return this.ask({ major: 'read', request, parameters: { offset, length: wide } });
  }

  /** A file that was born has its place with its CREATE. */
  async placed(): Promise<number> {
    const opening = this.file === 0 ? this.#open() : this.#opening;
    const status = (await opening?.wait()) ?? Status.STATUS_UNSUCCESSFUL;
    return this.gone ? Status.STATUS_FILE_FORCED_CLOSED : status;
  }

  async extend(offset: number, length: number): Promise<number> {
    if (offset + length > SIZE_LIMIT) return Status.STATUS_DISK_FULL;
    if (this.gone) return Status.STATUS_FILE_FORCED_CLOSED;
    if (this.birth && this.volume.births.grow(this, offset + length)) return Status.STATUS_SUCCESS;
    const parameters = { offset, length, data: new Uint8Array() };
    const { written } = this;
    const question = this.send({ major: 'write', parameters });
    const { epoch } = this.volume.births;
    const irp = await answerTo(question);
    if (!NT_SUCCESS(irp.status)) return irp.status;
    if (this.gone) return Status.STATUS_FILE_FORCED_CLOSED;
    const { extents, promise, ...facts } = irp.result;
    this.volume.births.granted(this.known?.directory, promise ?? [], epoch);
    const status = this.cache.extents.add(extents ?? [], this.volume.cache.device.length);
    if (!NT_SUCCESS(status)) return status;
    // Who wrote meanwhile did it at a time that is to be told still.
    this.modified &&= this.written !== written;
    return this.updateSizes(facts);
  }
}

function factsOf({
  attributes,
  created,
  accessed,
  written,
  endOfFile,
  allocation,
}: NameFacts): NameFacts {
  return { attributes, created, accessed, written, endOfFile, allocation };
}
