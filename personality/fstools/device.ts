/**
 * A volume or an unformatted disk, as a program has it: a handle, its sectors, its lock.
 *
 *   withDisk(process, drive, writes, body)   opens it, `body`, closes it
 *   disk.lock()          STATUS_ACCESS_DENIED where files of it are open; a disk without a file
 *                        system needs none
 *   disk.dismount()      what is cached is written, and the file system lets go
 *   disk.flush(), disk.control(code, input, outputLength)
 */
import { check, openFile, TRANSFER_SIZE } from '../ntdll/files.ts';
import type { HeapBuffer } from '../ntdll/heap.ts';
import {
  NtClose,
  NtDeviceIoControlFile,
  NtFlushBuffersFile,
  NtFsControlFile,
  NtQueryVolumeInformationFile,
  NtReadFile,
  NtWriteFile,
} from '../ntdll/native.ts';
import type { NtProcess } from '../ntdll/types.ts';
import { decodeGeometry, decodeLarge, type DiskGeometry } from '../rtl/information.ts';
import * as nt from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import type { SectorDisk } from './fat/disk.ts';

const NOTHING = new Uint8Array();

export class Disk implements SectorDisk {
  readonly #process: NtProcess;
  readonly #handle: number;
  readonly #buffer: HeapBuffer;
  readonly shape: DiskGeometry;
  readonly sectors: number;
  #locked = false;
  /** There is no file system on it. */
  raw = false;

  constructor(
    process: NtProcess,
    handle: number,
    shape: DiskGeometry,
    length: number,
    buffer: HeapBuffer,
  ) {
    this.#process = process;
    this.#handle = handle;
    this.#buffer = buffer;
    this.shape = shape;
    this.sectors = Math.floor(length / shape.bytesPerSector);
  }

  get sectorSize(): number {
    return this.shape.bytesPerSector;
  }

  async read(sector: number, count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count * this.sectorSize);
    for (let done = 0; done < bytes.length;) {
      const length = Math.min(bytes.length - done, TRANSFER_SIZE);
      const { information } = check(
        await NtReadFile(this.#process, {
          handle: this.#handle,
          address: this.#buffer.address,
          length,
          offset: sector * this.sectorSize + done,
        }),
      );
      if (information === 0) throw new NtException(Status.STATUS_END_OF_FILE);
      bytes.set(this.#buffer.memory.read(0, information), done);
      done += information;
    }
    return bytes;
  }

  async write(sector: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const part = bytes.subarray(done, done + TRANSFER_SIZE);
      this.#buffer.memory.write(0, part);
      const { information } = check(
        await NtWriteFile(this.#process, {
          handle: this.#handle,
          address: this.#buffer.address,
          length: part.length,
          offset: sector * this.sectorSize + done,
        }),
      );
      if (information === 0) throw new NtException(Status.STATUS_UNSUCCESSFUL);
      done += information;
    }
  }

  async lock(): Promise<void> {
    const status = await this.#fsControl(nt.FSCTL_LOCK_VOLUME);
    this.raw = status === Status.STATUS_INVALID_DEVICE_REQUEST;
    if (this.raw) return;
    check({ status });
    this.#locked = true;
  }

  /** Whatever is open on it: those handles are no use any more. */
  async dismount(): Promise<void> {
    const status = await this.#fsControl(nt.FSCTL_DISMOUNT_VOLUME);
    if (status !== Status.STATUS_INVALID_DEVICE_REQUEST) check({ status });
    this.#locked = false;
  }

  get locked(): boolean {
    return this.#locked;
  }

  async flush(): Promise<void> {
    check(await NtFlushBuffersFile(this.#process, { handle: this.#handle }));
  }

  async control(code: number, input = NOTHING, outputLength = 0): Promise<Uint8Array> {
    const request = { handle: this.#handle, code, input, outputLength };
    return check(await NtDeviceIoControlFile(this.#process, request)).output;
  }

  /** Of the volume, by class. */
  async query(infoClass: number, length: number): Promise<Uint8Array> {
    const request = { handle: this.#handle, class: infoClass, length };
    return check(await NtQueryVolumeInformationFile(this.#process, request)).data;
  }

  async #fsControl(code: number): Promise<number> {
    const request = { handle: this.#handle, code, input: NOTHING, outputLength: 0 };
    return (await NtFsControlFile(this.#process, request)).status;
  }
}

/** Opens that are made again because another disk turns out to be in the drive. */
const TURNS = 3;

export async function withDisk<T>(
  process: NtProcess,
  drive: string,
  writes: boolean,
  body: (disk: Disk) => Promise<T>,
): Promise<T> {
  for (let turn = 1; ; turn++) {
    let begun = false;
    try {
      return await withOpen(process, drive, writes, (disk) => {
        begun = true;
        return body(disk);
      });
    } catch (error) {
      const gone = [Status.STATUS_WRONG_VOLUME, Status.STATUS_FILE_FORCED_CLOSED];
      const other = hasStatus(error, ...gone);
      if (begun || !other || turn === TURNS) throw error;
    }
  }
}

async function withOpen<T>(
  process: NtProcess,
  drive: string,
  writes: boolean,
  body: (disk: Disk) => Promise<T>,
): Promise<T> {
  const access = nt.FILE_READ_DATA | (writes ? nt.FILE_WRITE_DATA : 0);
  const handle = await openFile(process, `\\??\\${drive}`, { access });
  const buffer = process.heap.allocate(TRANSFER_SIZE);
  try {
    const ask = async (code: number, outputLength: number) => {
      const request = { handle, code, input: NOTHING, outputLength };
      return check(await NtDeviceIoControlFile(process, request)).output;
    };
    const shape = decodeGeometry(await ask(nt.IOCTL_DISK_GET_DRIVE_GEOMETRY, 24));
    const length = decodeLarge(await ask(nt.IOCTL_DISK_GET_LENGTH_INFO, 8));
    return await body(new Disk(process, handle, shape, length, buffer));
  } finally {
    process.heap.free(buffer);
    await NtClose(process, { handle });
  }
}

export function hasStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof NtException && statuses.includes(error.status);
}
