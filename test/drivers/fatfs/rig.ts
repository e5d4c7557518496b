/**
 * The FAT driver over an image, under a made-up Executive: what its tests share.
 *
 * The rig does what the Executive does with the driver's answers: file data goes straight to the
 * image, where the extents say, and never through the cached volume pages, of which only sectors
 * that the driver marked reach the image at a flush. So a wrong extent, a forgotten mark and a mark
 * too many all show.
 *
 *   mountImage(image)        a rig with the volume mounted; throws the status where it is not
 *   rig.create, open, make   CREATE
 *   rig.readFile, writeFile  whole files by their extents
 *   rig.set, query           SET_ and QUERY_INFORMATION; rig.rename, remove, list on top
 *   rig.flush()              everything to the image
 */
import { fatDriverEntry } from '../../../drivers/filesystems/fatfs/index.ts';
import {
  decodeDirectory,
  type DirectoryEntry,
} from '../../../personality/rtl/directoryinformation.ts';
import * as info from '../../../personality/rtl/information.ts';
import * as mj from '../../../personality/rtl/irp.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../../../personality/rtl/status.ts';
import { statusName } from '../../../personality/rtl/statustext.ts';
import { RtlTimeFieldsToTime } from '../../../personality/rtl/time.ts';
import { FakeExecutive, type IrpCompletion } from '../../support/fake-executive.ts';
import type { FakeDisk } from '../../support/fake-cache.ts';

const STORAGE = 7;
const CONTROL = '\\FileSystem\\Fat';
const SECTOR = 512;

export const NOW = RtlTimeFieldsToTime({
  year: 2024,
  month: 5,
  day: 6,
  hour: 7,
  minute: 8,
  second: 9,
  milliseconds: 870,
});

export interface CreateOptions {
  disposition?: number;
  options?: number;
  access?: number;
  attributes?: number;
  allocation?: number;
  /** The `fcb` number of a directory that the path is relative to. */
  related?: number;
}

type Target = Pick<mj.IrpParameters<'set_information'>, 'target' | 'related' | 'replace' | 'room'>;

export type Created = Awaited<ReturnType<FatRig['create']>>;

export async function startFat(): Promise<FakeExecutive> {
  const executive = new FakeExecutive({ image: 'fatfs.sys', systemTime: NOW });
  const status = await executive.start(fatDriverEntry);
  if (status !== 0) throw new NtException(status);
  return executive;
}

/** `codePage`: as the registry has it. */
export async function mountImage(image: Uint8Array, codePage = 437): Promise<FatRig> {
  const executive = await startFat();
  executive.cache.add(STORAGE, image);
  const { status, volume } = await mount(executive, codePage);
  if (status !== 0) throw new NtException(status, 'mount');
  return new FatRig(executive, volume);
}

export async function mount(
  executive: FakeExecutive,
  codePage = 437,
): Promise<{ status: number; volume: number }> {
  const input = new Uint8Array(12);
  input.set(info.encodeLarge(executive.cache.disk(STORAGE).image.length));
  new DataView(input.buffer).setUint32(8, codePage, true);
  const parameters = { device: STORAGE, code: 0, input, outputLength: 0 };
  const { status, result } = await executive.request<'fs_control'>(
    CONTROL,
    mj.IRP_MJ_FILE_SYSTEM_CONTROL,
    parameters,
    { minor: mj.IRP_MN_MOUNT_VOLUME, flags: mj.SL_OVERRIDE_VERIFY_VOLUME },
  );
  return { status, volume: result.volume ?? 0 };
}

export class FatRig {
  readonly executive: FakeExecutive;
  volume: number;
  #nextFile = 1;

  constructor(executive: FakeExecutive, volume: number) {
    this.executive = executive;
    this.volume = volume;
  }

  get disk(): FakeDisk {
    return this.executive.cache.disk(STORAGE);
  }

  get image(): Uint8Array {
    return this.disk.image;
  }

  async request<M extends mj.MajorName>(
    major: number,
    parameters: mj.IrpParameters<M>,
    file = 0,
    minor = 0,
  ): Promise<IrpCompletion<M>> {
    const done = await this.executive.request<M>(this.volume, major, parameters, { file, minor });
    if (this.executive.crash !== undefined) throw this.executive.crash;
    return done;
  }

  async create(path: string, given: CreateOptions = {}) {
    const { disposition = nt.FILE_OPEN, options = 0, allocation = 0 } = given;
    const { access = nt.FILE_READ_DATA, attributes = 0, related = 0 } = given;
    const file = this.#nextFile++;
    const share = nt.FILE_SHARE_ALL;
    const how = { access, attributes, share, disposition, options, allocation };
    const parameters = { path, related, ...how };
    const done = await this.request<'create'>(mj.IRP_MJ_CREATE, parameters, file);
    return { ...done, file };
  }

  /** Throws the status where it fails. */
  async open(path: string, given: CreateOptions = {}): Promise<Created> {
    const done = await this.create(path, given);
    if (!NT_SUCCESS(done.status)) throw new NtException(done.status, path);
    return done;
  }

  make(path: string, given: CreateOptions = {}): Promise<Created> {
    return this.open(path, { disposition: nt.FILE_CREATE, ...given });
  }

  async makeDirectory(path: string): Promise<void> {
    await this.close((await this.make(path, { options: nt.FILE_DIRECTORY_FILE })).file);
  }

  /** The status of the cleanup. */
  async close(file: number): Promise<number> {
    const { status } = await this.request<'cleanup'>(mj.IRP_MJ_CLEANUP, {}, file);
    await this.request<'close'>(mj.IRP_MJ_CLOSE, {}, file);
    return status;
  }

  read(file: number, offset: number, length: number) {
    return this.request<'read'>(mj.IRP_MJ_READ, { offset, length }, file);
  }

  write(file: number, offset: number, length: number) {
    const parameters = { offset, length, data: new Uint8Array() };
    return this.request<'write'>(mj.IRP_MJ_WRITE, parameters, file);
  }

  set(file: number, infoClass: number, data: Uint8Array, target: Partial<Target> = {}) {
    const where = { target: '', related: 0, replace: false, room: 32_767, ...target };
    const parameters = { class: infoClass, data, ...where };
    return this.request<'set_information'>(mj.IRP_MJ_SET_INFORMATION, parameters, file);
  }

  async query(file: number, infoClass: number): Promise<Uint8Array> {
    const parameters = { class: infoClass, length: 512 };
    const major = mj.IRP_MJ_QUERY_INFORMATION;
    return need(await this.request<'query_information'>(major, parameters, file)).result.data!;
  }

  queryVolume(infoClass: number, length = 512) {
    const parameters = { class: infoClass, length };
    return this.request<'query_volume'>(mj.IRP_MJ_QUERY_VOLUME_INFORMATION, parameters);
  }

  async setLabel(label: string): Promise<number> {
    const parameters = { class: nt.FileFsLabelInformation, data: info.encodeFsLabel(label) };
    const major = mj.IRP_MJ_SET_VOLUME_INFORMATION;
    return (await this.request<'set_volume'>(major, parameters)).status;
  }

  async freeUnits(): Promise<number> {
    const { result } = need(await this.queryVolume(nt.FileFsSizeInformation));
    return info.decodeFsSize(result.data!).freeUnits;
  }

  directory(file: number, given: Partial<mj.IrpParameters<'directory'>> = {}) {
    const parameters = {
      class: nt.FileBothDirectoryInformation,
      length: 4096,
      pattern: '',
      restart: false,
      single: false,
      ...given,
    };
    return this.request<'directory'>(
      mj.IRP_MJ_DIRECTORY_CONTROL,
      parameters,
      file,
      mj.IRP_MN_QUERY_DIRECTORY,
    );
  }

  /** All entries but `.` and `..`. */
  async list(path: string, pattern = ''): Promise<DirectoryEntry[]> {
    const { file } = await this.open(path);
    const entries: DirectoryEntry[] = [];
    for (;;) {
      const { status, result } = await this.directory(file, { pattern });
      if (status === Status.STATUS_NO_MORE_FILES || status === Status.STATUS_NO_SUCH_FILE) break;
      if (!NT_SUCCESS(status)) throw new NtException(status, path);
      entries.push(...decodeDirectory(result.data!));
    }
    await this.close(file);
    return entries.filter(({ name }) => name !== '.' && name !== '..');
  }

  /** (file offset, disk offset, length) for all of a file. */
  async extentsOf(file: number, size: number): Promise<number[]> {
    const triples: number[] = [];
    let covered = 0;
    while (covered < size) {
      const { result } = need(await this.read(file, covered, size - covered));
      const extents = result.extents!;
      if (extents.length === 0) throw new Error(`no extents at ${covered} of ${size}`);
      triples.push(...extents);
      covered = extents.at(-3)! + extents.at(-1)!;
    }
    return triples;
  }

  async readFile(path: string): Promise<Uint8Array> {
    const { file, result } = await this.open(path);
    const size = result.endOfFile!;
    const bytes = new Uint8Array(size);
    for (const [at, disk, length] of triplesOf(await this.extentsOf(file, size)))
      bytes.set(this.image.subarray(disk, disk + Math.min(length, size - at)), at);
    await this.close(file);
    return bytes;
  }

  async writeFile(path: string, bytes: Uint8Array): Promise<void> {
    const access = nt.FILE_WRITE_DATA;
    const { file } = await this.open(path, { disposition: nt.FILE_OPEN_IF, access });
    need(await this.set(file, nt.FileEndOfFileInformation, info.encodeLarge(0)));
    try {
      await this.writeAt(file, 0, bytes);
    } finally {
      await this.close(file);
    }
  }

  async writeAt(file: number, offset: number, bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    need(await this.write(file, offset, bytes.length));
    const end = offset + bytes.length;
    for (const [at, disk, length] of triplesOf(await this.extentsOf(file, end))) {
      const from = Math.max(at, offset);
      const until = Math.min(at + length, end);
      if (from < until)
        this.#putData(disk + from - at, bytes.subarray(from - offset, until - offset));
    }
  }

  /** What was metadata there is none any more: the Executive drops such marks. */
  #putData(disk: number, bytes: Uint8Array): void {
    this.image.set(bytes, disk);
    const last = Math.ceil((disk + bytes.length) / SECTOR);
    for (let sector = Math.floor(disk / SECTOR); sector < last; sector++)
      this.disk.dirty.delete(sector);
  }

  /** The status of the rename. */
  async rename(from: string, to: string, replace = false, room = 32_767): Promise<number> {
    const { file } = await this.open(from);
    const where = { target: to, replace, room };
    const { status } = await this.set(file, nt.FileRenameInformation, new Uint8Array(), where);
    await this.close(file);
    return status;
  }

  /** The first status that is no success. */
  async remove(path: string): Promise<number> {
    const { status: opened, file } = await this.create(path);
    if (!NT_SUCCESS(opened)) return opened;
    const data = info.encodeDisposition(true);
    const { status } = await this.set(file, nt.FileDispositionInformation, data);
    const closed = await this.close(file);
    return NT_SUCCESS(status) ? closed : status;
  }

  async flush(): Promise<void> {
    need(await this.request<'flush'>(mj.IRP_MJ_FLUSH_BUFFERS, {}));
    this.executive.cache.flush(STORAGE);
  }

  /** VERIFY_VOLUME or DISMOUNT_VOLUME. */
  async control(minor: number): Promise<number> {
    const parameters = { device: STORAGE, code: 0, input: new Uint8Array(), outputLength: 0 };
    const major = mj.IRP_MJ_FILE_SYSTEM_CONTROL;
    return (await this.request<'fs_control'>(major, parameters, 0, minor)).status;
  }

  /** Dismounts, flushes, and mounts again, as a new driver would find the disk. */
  async remount(): Promise<void> {
    await this.control(mj.IRP_MN_DISMOUNT_VOLUME);
    this.executive.cache.flush(STORAGE);
    this.executive.cache.add(STORAGE, this.image);
    const { status, volume } = await mount(this.executive);
    if (status !== 0) throw new NtException(status, 'mount again');
    this.volume = volume;
  }
}

export function* triplesOf(extents: readonly number[]): Generator<[number, number, number]> {
  for (let i = 0; i < extents.length; i += 3) yield [extents[i]!, extents[i + 1]!, extents[i + 2]!];
}

export function need<T extends { status: number }>(done: T): T {
  if (!NT_SUCCESS(done.status)) throw new NtException(done.status);
  return done;
}

/** The name of the status that the work ends with. */
export async function statusOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'STATUS_SUCCESS';
  } catch (error) {
    if (error instanceof NtException) return statusName(error.status);
    throw error;
  }
}

/** Bytes that tell their place. */
export function patterned(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 7 + seed * 101) & 0xff);
}
