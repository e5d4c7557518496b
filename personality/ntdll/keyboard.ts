/**
 * The keyboard, read from a program: \\Device\\KeyboardClass0.
 *
 *   KeyReader.open(process)   raises NtException
 *   next(milliseconds)        the keys that come, none where none does in that time
 *   close()                   what was still asked for is given up
 */
import {
  decodeKeys,
  KEYBOARD_CLASS_DEVICE,
  KEYBOARD_INPUT_DATA_LENGTH,
  type KeyboardInput,
} from '../rtl/keyboard.ts';
import { FILE_OPEN, FILE_READ_DATA, FILE_SHARE_ALL, SYNCHRONIZE } from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import { check } from './files.ts';
import type { HeapBuffer } from './heap.ts';
import { NtCancelIoFile, NtClose, NtCreateFile, NtReadFile } from './native.ts';
import { NtWaitForSingleObject } from './native.ts';
import type { NtProcess } from './types.ts';

const RECORDS = 16;
const LENGTH = RECORDS * KEYBOARD_INPUT_DATA_LENGTH;
/** Behind the records: status and information. */
const STATUS_BLOCK = 8;
/** 100 ns per millisecond. */
const MILLISECOND = 10_000;

export class KeyReader {
  readonly #process: NtProcess;
  readonly #handle: number;
  readonly #buffer: HeapBuffer;
  #pending = false;

  private constructor(process: NtProcess, handle: number) {
    this.#process = process;
    this.#handle = handle;
    this.#buffer = process.heap.allocate(LENGTH + STATUS_BLOCK);
  }

  static async open(process: NtProcess): Promise<KeyReader> {
    const { handle } = check(
      await NtCreateFile(process, {
        name: KEYBOARD_CLASS_DEVICE,
        root: 0,
        access: FILE_READ_DATA | SYNCHRONIZE,
        attributes: 0,
        share: FILE_SHARE_ALL,
        disposition: FILE_OPEN,
        options: 0,
        allocation: 0,
      }),
    );
    return new KeyReader(process, handle);
  }

  async next(milliseconds: number): Promise<KeyboardInput[]> {
    if (!this.#pending) await this.#ask();
    const status = await this.#wait(milliseconds);
    if (status === Status.STATUS_TIMEOUT) return [];
    this.#pending = false;
    const { memory } = this.#buffer;
    check({ status: memory.getUint32(LENGTH) });
    return decodeKeys(memory.read(0, memory.getUint32(LENGTH + 4)));
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    if (this.#pending) await NtCancelIoFile(this.#process, { handle });
    await NtClose(this.#process, { handle });
    this.#process.heap.free(this.#buffer);
  }

  async #ask(): Promise<void> {
    const { address } = this.#buffer;
    const request = { handle: this.#handle, address, length: LENGTH, offset: 0 };
    check(await NtReadFile(this.#process, { ...request, iosb: address + LENGTH }));
    this.#pending = true;
  }

  async #wait(milliseconds: number): Promise<number> {
    const timeout = -milliseconds * MILLISECOND;
    const wait = { handle: this.#handle, alertable: false, timeout };
    return check(await NtWaitForSingleObject(this.#process, wait)).status;
  }
}
