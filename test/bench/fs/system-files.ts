/**
 * The rows' operations as a program of this system does them: Nt* calls and nothing else.
 *
 *   SystemFiles.on(process)   with BIG.BIN open
 *   close()                   and closed again
 */
import type { HeapBuffer } from '../../../personality/ntdll/heap.ts';
import * as native from '../../../personality/ntdll/native.ts';
import type { NtProcess } from '../../../personality/ntdll/types.ts';
import { decodeDirectory } from '../../../personality/rtl/directoryinformation.ts';
import { encodeRename } from '../../../personality/rtl/information.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../../../personality/rtl/status.ts';
import type { Awaitable } from '../../../personality/sel4/types.ts';
import type { Files } from './contestant.ts';
import { then } from './then.ts';
import { BIG, contents } from './trace.ts';

const BUFFER = 0x1_0000;
/** Answers of listings, while they are decoded. */
const answered = new Uint8Array(BUFFER);
const READ = nt.FILE_READ_DATA | nt.FILE_READ_ATTRIBUTES | nt.SYNCHRONIZE;
const WRITE = nt.FILE_WRITE_DATA | nt.SYNCHRONIZE;
/** A millisecond from now. */
const REST = -10_000;
const NOTHING = new Uint8Array();

const nameOf = (path: string): string => `\\??\\A:\\${path.replaceAll('/', '\\')}`;

interface Answer {
  readonly status: number;
}

/** Throws the status unless it is a success. */
function good<T extends Answer>(answer: T): T {
  if (!NT_SUCCESS(answer.status)) throw new NtException(answer.status);
  return answer;
}

export class SystemFiles implements Files {
  readonly #process: NtProcess;
  readonly #buffer: HeapBuffer;
  #big = 0;
  #uncached = 0;

  private constructor(process: NtProcess) {
    this.#process = process;
    this.#buffer = process.heap.allocate(BUFFER);
    this.#buffer.memory.write(0, contents(BUFFER, 1));
  }

  static async on(process: NtProcess): Promise<SystemFiles> {
    const files = new SystemFiles(process);
    await files.#openBig();
    return files;
  }

  async close(): Promise<void> {
    for (const handle of [this.#big, this.#uncached]) if (handle !== 0) await this.#close(handle);
    this.#process.heap.free(this.#buffer);
  }

  read(offset: number, length: number) {
    return this.#read(this.#big, offset, length);
  }

  readUncached(offset: number, length: number) {
    return this.#read(this.#uncached, offset, length);
  }

  write(offset: number, length: number) {
    return this.#write(this.#big, offset, length);
  }

  openReadClose(path: string, length: number) {
    return then(this.#open(path, READ, nt.FILE_OPEN), ({ handle }) =>
      then(this.#read(handle, 0, length), () => this.#close(handle)),
    );
  }

  openClose(path: string) {
    return then(this.#open(path, READ, nt.FILE_OPEN), ({ handle }) => this.#close(handle));
  }

  attributes(path: string) {
    const input = { name: nameOf(path), root: 0 };
    return then(native.NtQueryAttributesFile(this.#process, input), good);
  }

  openMissing(path: string) {
    return then(this.#create(nameOf(path), READ, nt.FILE_OPEN, 0), ({ status }) => {
      if (status !== Status.STATUS_OBJECT_NAME_NOT_FOUND) throw new NtException(status);
    });
  }

  async list(path: string): Promise<number> {
    const access = nt.FILE_LIST_DIRECTORY | nt.SYNCHRONIZE;
    const { handle } = good(
      await this.#create(nameOf(path), access, nt.FILE_OPEN, nt.FILE_DIRECTORY_FILE),
    );
    let count = 0;
    for (let restart = true; ; restart = false) {
      const answer = await native.NtQueryDirectoryFile(this.#process, {
        handle,
        class: nt.FileBothDirectoryInformation,
        length: BUFFER,
        pattern: '*',
        restart,
        single: false,
        address: this.#buffer.address,
      });
      if (answer.status === Status.STATUS_NO_MORE_FILES) break;
      const bytes = answered.subarray(0, good(answer).information);
      this.#buffer.memory.readInto(0, bytes);
      for (const { name } of decodeDirectory(bytes)) if (name !== '.' && name !== '..') count++;
    }
    await this.#close(handle);
    return count;
  }

  create(path: string, length: number, flush: boolean) {
    return then(this.#open(path, WRITE, nt.FILE_CREATE), ({ handle }) =>
      then(this.#write(handle, 0, length), () =>
        then(flush ? this.#flush(handle) : undefined, () => this.#close(handle)),
      ),
    );
  }

  async flush(): Promise<void> {
    const { handle } = good(await this.#create('\\??\\A:', READ | WRITE, nt.FILE_OPEN, 0));
    await this.#flush(handle);
    await this.#close(handle);
  }

  remove(path: string) {
    const input = { name: nameOf(path), root: 0 };
    return then(native.NtDeleteFile(this.#process, input), good);
  }

  rename(from: string, to: string) {
    const data = encodeRename({ replace: false, root: 0, name: nameOf(to) });
    const info = nt.FileRenameInformation;
    return then(this.#open(from, nt.DELETE | nt.SYNCHRONIZE, nt.FILE_OPEN), ({ handle }) =>
      then(native.NtSetInformationFile(this.#process, { handle, class: info, data }), (answer) =>
        then(this.#close(handle), () => good(answer)),
      ),
    );
  }

  async makeDirectory(path: string): Promise<void> {
    const made = await this.#create(nameOf(path), READ, nt.FILE_CREATE, nt.FILE_DIRECTORY_FILE);
    await this.#close(good(made).handle);
  }

  async copyFile(from: string, to: string): Promise<void> {
    const source = (await this.#open(from, READ, nt.FILE_OPEN)).handle;
    const target = (await this.#open(to, WRITE, nt.FILE_CREATE)).handle;
    const { information } = await this.#read(source, 0, BUFFER);
    await this.#write(target, 0, information);
    await this.#close(target);
    await this.#close(source);
  }

  async forget(): Promise<void> {
    await this.#close(this.#big);
    await this.#close(this.#uncached);
    [this.#big, this.#uncached] = [0, 0];
    const { handle } = good(await this.#create('\\??\\A:', READ | WRITE, nt.FILE_OPEN, 0));
    const code = nt.FSCTL_DISMOUNT_VOLUME;
    const input = { handle, code, input: NOTHING, outputLength: 0 };
    good(await native.NtFsControlFile(this.#process, input));
    await this.#close(handle);
    await this.#openBig();
  }

  /** Everybody else has his turn, the page too. */
  async rest(): Promise<void> {
    const input = { alertable: false, interval: REST };
    good(await native.NtDelayExecution(this.#process, input));
  }

  async bytes(offset: number, length: number): Promise<Uint8Array> {
    await this.read(offset, length);
    return this.#buffer.memory.read(0, length);
  }

  async #openBig(): Promise<void> {
    this.#big = (await this.#open(BIG, READ | WRITE, nt.FILE_OPEN)).handle;
    const options = nt.FILE_NO_INTERMEDIATE_BUFFERING;
    const opened = await this.#create(nameOf(BIG), READ, nt.FILE_OPEN, options);
    this.#uncached = good(opened).handle;
  }

  #open(path: string, access: number, disposition: number) {
    const options = nt.FILE_NON_DIRECTORY_FILE;
    return then(this.#create(nameOf(path), access, disposition, options), good);
  }

  #create(name: string, access: number, disposition: number, options: number) {
    return native.NtCreateFile(this.#process, {
      name,
      root: 0,
      access,
      attributes: 0,
      share: nt.FILE_SHARE_ALL,
      disposition,
      options: options | nt.FILE_SYNCHRONOUS_IO_NONALERT,
      allocation: 0,
    });
  }

  #read(handle: number, offset: number, length: number) {
    const { address } = this.#buffer;
    return then(native.NtReadFile(this.#process, { handle, address, length, offset }), good);
  }

  #write(handle: number, offset: number, length: number) {
    const { address } = this.#buffer;
    return then(native.NtWriteFile(this.#process, { handle, address, length, offset }), good);
  }

  #flush(handle: number): Awaitable<Answer> {
    return then(native.NtFlushBuffersFile(this.#process, { handle }), good);
  }

  #close(handle: number): Awaitable<Answer> {
    return then(native.NtClose(this.#process, { handle }), good);
  }
}
