/**
 * One process of files-io-model.test.ts: does steps, and compares each answer with the model. What
 * may be pending (a lock that waits, a watch of the directory) is told by an event, an APC or a
 * completion port, and looked at when it is this process's turn again.
 */
import { assert } from 'chai';
import { apcRoutine } from '../../personality/ntdll/apc.ts';
import type { HeapBuffer } from '../../personality/ntdll/heap.ts';
import * as native from '../../personality/ntdll/native.ts';
import { decodeDirectory } from '../../personality/rtl/directoryinformation.ts';
import {
  decodeStandard,
  encodeCompletionPort,
  encodeDisposition,
  encodeLarge,
  encodeRename,
} from '../../personality/rtl/information.ts';
import { decodeNotify } from '../../personality/rtl/notify.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { EVENT_ALL_ACCESS, IO_COMPLETION_ALL_ACCESS } from '../../personality/rtl/objects.ts';
import { CURRENT_THREAD } from '../../personality/rtl/services.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Client } from '../ntos/io-client.ts';
import type { Awaitable } from '../../personality/sel4/types.ts';
import { type FilesModel, OK, type Open, type OpenStep, type Request } from './files-model.ts';

export type Way = 'event' | 'apc' | 'port';

export type Step =
  | (OpenStep & { kind: 'open'; asynchronous: boolean; port: boolean })
  | { kind: 'close' | 'delete' | 'keep' | 'size' | 'cancel'; pick: number }
  | { kind: 'list' | 'unwatch' | 'apc' }
  | { kind: 'watch'; way: Way }
  | { kind: 'read' | 'write' | 'unlock' | 'resize'; pick: number; offset: number; length: number }
  | {
      kind: 'lock';
      pick: number;
      offset: number;
      length: number;
      exclusive: boolean;
      wait: boolean;
      way: Way;
    }
  | { kind: 'rename'; pick: number; name: string; replace: boolean };

/** Those that are about a file that is open. */
type PickStep = Extract<Step, { pick: number }>;

interface Told extends Request {
  readonly way: Way;
  /** What the APC, or the packet, says: each its own. */
  readonly context: number;
  readonly block: HeapBuffer;
  readonly event: number;
}

const [BLOCK, BUFFER, ROOM] = [0, 64, 2000];
const UNTOUCHED = 0x1234_5678;
const MOST_PENDING = 8;
const SIGNS = ['', '+', '-', '~', '<', '>'];
const none = { name: '', access: EVENT_ALL_ACCESS, attributes: 0 };

type Transferred = Record<'status' | 'information', number>;

export class Player {
  readonly #client: Client;
  readonly #model: FilesModel;
  readonly #by: number;
  /** Open handles that were opened without synchronous I/O, and those that have the port. */
  readonly #asynchronous = new Set<number>();
  readonly #withPort = new Set<number>();
  readonly #told = new Set<Told>();
  readonly #ran: number[] = [];
  #contexts = 0;
  #writes = 0;
  #port = 0;
  #directory = 0;
  #watched = 0;

  constructor(client: Client, model: FilesModel, by: number) {
    [this.#client, this.#model, this.#by] = [client, model, by];
  }

  get #process() {
    return this.#client.process;
  }

  async begin(): Promise<void> {
    const access = nt.FILE_LIST_DIRECTORY;
    const { process } = this.#client;
    this.#directory = await this.#client.opened('A:\\', { access });
    this.#watched = await this.#client.opened('A:\\', { access, asynchronous: true });
    const port = { ...none, access: IO_COMPLETION_ALL_ACCESS };
    this.#port = (await native.NtCreateIoCompletion(process, port)).handle;
  }

  /** Closes what is open; what is pending ends by that, and is told. */
  async end(): Promise<void> {
    for (const open of this.#model.of(this.#by)) await this.#close(open);
    await this.settle();
    this.#model.watchEnded(this.#by, 'STATUS_NOTIFY_CLEANUP');
    for (const handle of [this.#watched, this.#directory])
      assert.equal(await this.#client.close(handle), OK);
    await this.settle();
    assert.equal(this.#told.size, 0);
    await this.#client.close(this.#port);
  }

  async step(step: Step): Promise<void> {
    if (step.kind === 'open') return this.#open(step);
    if (step.kind === 'list') return this.#list();
    if (step.kind === 'watch') return this.#watch(step.way);
    if (step.kind === 'unwatch') return this.#unwatch();
    if (!('pick' in step)) return this.#queueApc();
    const mine = this.#model.of(this.#by);
    const open = mine[step.pick % Math.max(1, mine.length)];
    if (open) await this.#act(open, step);
  }

  async #act(open: Open, step: PickStep): Promise<void> {
    switch (step.kind) {
      case 'close':
        return this.#close(open);
      case 'read':
        return this.#read(open, step);
      case 'write':
        return this.#write(open, step);
      case 'resize':
        return this.#resize(open, step.offset + step.length - 1);
      case 'size':
        return this.#size(open);
      case 'lock':
        return this.#lock(open, step);
      case 'unlock': {
        const { offset, length } = step;
        const input = { handle: open.handle, offset, length, key: 0 };
        const { status } = await native.NtUnlockFile(this.#process, input);
        return this.#is(status, this.#model.unlock(open, step));
      }
      case 'cancel': {
        const { status } = await native.NtCancelIoFile(this.#process, { handle: open.handle });
        this.#model.cancelled(open);
        return this.#is(status, OK);
      }
      case 'delete':
      case 'keep':
        return this.#dispose(open, step.kind === 'delete');
      case 'rename':
        return this.#rename(open, step);
    }
  }

  #is(status: number, expected: string): void {
    assert.equal(statusName(status), expected);
  }

  // ---- files ----

  async #open(step: Step & { kind: 'open' }): Promise<void> {
    const { name, asynchronous, deleteOnClose, port, ...options } = step;
    const answer = await this.#client.open(`A:\\${name}`, {
      ...options,
      asynchronous,
      options: deleteOnClose ? nt.FILE_DELETE_ON_CLOSE : 0,
    });
    const expected = this.#model.judgeOpen(step);
    assert.equal(answer.status, expected);
    if (expected !== OK) return;
    const { handle } = answer;
    assert.equal(answer.information, this.#model.opened(this.#by, handle, step));
    if (!asynchronous) return;
    this.#asynchronous.add(handle);
    if (!port) return;
    this.#withPort.add(handle);
    const data = encodeCompletionPort(this.#port, this.#by);
    this.#is(await this.#set(handle, nt.FileCompletionInformation, data), OK);
  }

  async #close(open: Open): Promise<void> {
    this.#asynchronous.delete(open.handle);
    this.#withPort.delete(open.handle);
    assert.equal(await this.#client.close(open.handle), OK);
    this.#model.closed(open);
  }

  async #set(handle: number, infoClass: number, data: Uint8Array): Promise<number> {
    const input = { handle, class: infoClass, data };
    return (await native.NtSetInformationFile(this.#process, input)).status;
  }

  /** A call that may be pending, and is waited for by its file; information goes with it. */
  async #transfer(
    handle: number,
    length: number,
    call: (input: { address: number; iosb: number }) => Awaitable<Transferred>,
    data: Uint8Array = new Uint8Array(),
  ) {
    const buffer = this.#process.heap.allocate(0x1000);
    try {
      buffer.memory.write(BUFFER, data);
      const input = { address: buffer.address + BUFFER, iosb: buffer.address };
      let { status, information } = await call(input);
      if (statusName(status) === 'STATUS_PENDING') {
        const wait = { handle, alertable: false, timeout: -100_000_000 };
        this.#is((await native.NtWaitForSingleObject(this.#process, wait)).status, OK);
        [status, information] = [0, 4].map((at) => buffer.memory.getUint32(at)) as [number, number];
      }
      return { status, data: buffer.memory.read(BUFFER, Math.min(length, information)) };
    } finally {
      this.#process.heap.free(buffer);
    }
  }

  async #read(open: Open, { offset, length }: { offset: number; length: number }): Promise<void> {
    const { handle, file } = open;
    const expected = this.#model.judgeRead(open, { offset, length });
    const { status, data } = await this.#transfer(handle, length, (input) =>
      native.NtReadFile(this.#process, { handle, length, offset, ...input }),
    );
    this.#is(status, expected);
    if (expected === OK)
      assert.deepEqual([...data], file.bytes.slice(offset, offset + length), 'what is read');
  }

  async #write(open: Open, range: { offset: number; length: number }): Promise<void> {
    const { handle } = open;
    const { offset, length } = range;
    const byte = (++this.#writes * 3 + this.#by) & 0xff;
    const expected = this.#model.judgeWrite(open, range);
    const { status } = await this.#transfer(
      handle,
      length,
      (input) => native.NtWriteFile(this.#process, { handle, length, offset, ...input }),
      new Uint8Array(length).fill(byte),
    );
    this.#is(status, expected);
    if (expected === OK) this.#model.wrote(open, range, byte);
  }

  async #resize(open: Open, size: number): Promise<void> {
    const expected = this.#model.judgeResize(open);
    const status = await this.#set(open.handle, nt.FileEndOfFileInformation, encodeLarge(size));
    this.#is(status, expected);
    if (expected === OK) this.#model.resized(open.file, size);
  }

  async #size({ handle, file }: Open): Promise<void> {
    const input = { handle, class: nt.FileStandardInformation, length: 24 };
    const { status, data } = await native.NtQueryInformationFile(this.#process, input);
    this.#is(status, OK);
    const { endOfFile, deletePending } = decodeStandard(data);
    assert.deepEqual([endOfFile, deletePending], [file.bytes.length, file.doomed]);
  }

  async #dispose(open: Open, remove: boolean): Promise<void> {
    const expected = this.#model.judgeDelete(open);
    const data = encodeDisposition(remove);
    this.#is(await this.#set(open.handle, nt.FileDispositionInformation, data), expected);
    if (expected === OK) open.file.doomed = remove;
  }

  async #rename(open: Open, { name, replace }: { name: string; replace: boolean }): Promise<void> {
    if (open.file.doomed) return;
    const expected = this.#model.judgeRename(open, name, replace);
    const data = encodeRename({ replace, root: 0, name: `\\??\\A:\\${name}` });
    this.#is(await this.#set(open.handle, nt.FileRenameInformation, data), expected);
    if (expected === OK) this.#model.renamed(open, name);
  }

  async #list(): Promise<void> {
    const { status, data } = await native.NtQueryDirectoryFile(this.#process, {
      handle: this.#directory,
      class: nt.FileNamesInformation,
      length: 2000,
      pattern: '*',
      restart: true,
      single: false,
    });
    const names = [...this.#model.files.keys()].sort();
    this.#is(status, names.length === 0 ? 'STATUS_NO_SUCH_FILE' : OK);
    const listed = status === 0 ? decodeDirectory(data, nt.FileNamesInformation) : [];
    assert.deepEqual(listed.map((entry) => entry.name).sort(), names);
  }

  // ---- what is told later ----

  async #request(way: Way): Promise<Told> {
    const type = nt.NotificationEvent;
    const made = await native.NtCreateEvent(this.#process, { ...none, type, initial: true });
    const block = this.#process.heap.allocate(0x1000);
    block.memory.setUint32(BLOCK, UNTOUCHED);
    const context = ++this.#contexts;
    return { status: undefined, records: [], way, context, block, event: made.handle };
  }

  /** How the end of a call is to be told. */
  #completion({ way, context, block, event }: Told) {
    const routine = (_: unknown, apc: { context: number }) => void this.#ran.push(apc.context);
    return {
      event: way === 'event' ? event : 0,
      apc: way === 'apc' ? (this.#routine ??= apcRoutine(this.#process, routine)) : 0,
      context: way === 'event' ? 0 : context,
      iosb: block.address,
    };
  }

  #routine: number | undefined;

  async #drop(told: Told): Promise<void> {
    this.#told.delete(told);
    this.#process.heap.free(told.block);
    await this.#client.close(told.event);
  }

  /** A synchronous handle would make the whole process wait: there a lock is had at once or not. */
  async #lock(open: Open, step: Step & { kind: 'lock' }): Promise<void> {
    const { handle } = open;
    const { offset, length, exclusive } = step;
    const input = { handle, offset, length, exclusive, key: 0, failImmediately: true };
    const lock = { owner: open, offset, length, exclusive };
    if (!this.#asynchronous.has(handle) || !step.wait || this.#told.size >= MOST_PENDING) {
      const { status } = await native.NtLockFile(this.#process, input);
      return this.#is(status, this.#model.lock(lock, undefined));
    }
    const other = step.way === 'port' ? 'event' : step.way;
    const told = await this.#request(this.#withPort.has(handle) ? 'port' : other);
    const completion = this.#completion(told);
    const waiting = { ...input, failImmediately: false, ...completion };
    const { status } = await native.NtLockFile(this.#process, waiting);
    const expected = this.#model.lock(lock, told);
    this.#is(status, expected);
    if (expected === OK) told.status = OK;
    if (expected === OK || expected === 'STATUS_PENDING') this.#told.add(told);
    else await this.#drop(told);
  }

  async #watch(way: Way): Promise<void> {
    if (this.#model.isWatched(this.#by)) return;
    const told = await this.#request(way === 'port' ? 'event' : way);
    const { status } = await native.NtNotifyChangeDirectoryFile(this.#process, {
      handle: this.#watched,
      length: ROOM,
      filter: nt.FILE_NOTIFY_CHANGE_FILE_NAME,
      tree: false,
      ...this.#completion(told),
      address: told.block.address + BUFFER,
    });
    this.#is(status, 'STATUS_PENDING');
    this.#model.watch(this.#by, told);
    this.#told.add(told);
  }

  async #unwatch(): Promise<void> {
    const input = { handle: this.#watched, iosb: 0 };
    const { status } = await native.NtCancelIoFileEx(this.#process, input);
    const was = this.#model.watchEnded(this.#by, 'STATUS_CANCELLED');
    this.#is(status, was ? OK : 'STATUS_NOT_FOUND');
  }

  async #queueApc(): Promise<void> {
    const told = await this.#request('apc');
    const { apc: routine, context } = this.#completion(told);
    const apc = { handle: CURRENT_THREAD, routine, context, argument1: 0, argument2: 0 };
    this.#is((await native.NtQueueApcThread(this.#process, apc)).status, OK);
    await native.NtTestAlert(this.#process);
    assert.equal(this.#ran.pop(), context);
    await this.#drop(told);
  }

  /** What has ended meanwhile is told, each once; nothing else is. */
  async settle(): Promise<void> {
    await native.NtTestAlert(this.#process);
    const packets: number[] = [];
    for (;;) {
      const input = { handle: this.#port, timeout: 0 };
      const { status, context } = await native.NtRemoveIoCompletion(this.#process, input);
      if (statusName(status) === 'STATUS_TIMEOUT') break;
      packets.push(context);
    }
    const ended = [...this.#told].filter(({ status }) => status !== undefined);
    const by = (way: Way) => ended.filter((told) => told.way === way).map((told) => told.context);
    assert.deepEqual(this.#ran.splice(0).sort(), by('apc').sort(), 'APCs');
    assert.deepEqual(packets.sort(), by('port').sort(), 'packets');
    for (const told of this.#told) await this.#check(told);
    for (const told of ended) await this.#drop(told);
  }

  async #check({ status, records, way, block, event }: Told): Promise<void> {
    const word = block.memory.getUint32(BLOCK);
    if (way === 'event') {
      const { state } = await native.NtQueryEvent(this.#process, { handle: event });
      assert.equal(state, status === undefined ? 0 : 1, 'the event');
    }
    if (status === undefined) return assert.equal(word, UNTOUCHED);
    this.#is(word, status);
    const bytes = block.memory.read(BUFFER, block.memory.getUint32(BLOCK + 4));
    const found = decodeNotify(bytes).map(({ action, name }) => `${SIGNS[action]}${name}`);
    assert.deepEqual(found, records, 'what the directory tells');
  }
}
