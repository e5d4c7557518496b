/**
 * npfs under random use: two servers and three clients read, write, give up, listen, disconnect,
 * peek, flush and close. What comes out of a connection is the begin of what went in, byte for
 * byte; what a file is told fits its state; and when all is closed no request is left.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import { npfsDriverEntry } from '../../drivers/filesystems/npfs/index.ts';
import * as mj from '../../personality/rtl/irp.ts';
import type { IrpParameters, MajorName } from '../../personality/rtl/irp.ts';
import * as nt from '../../personality/rtl/nt.ts';
import * as pipes from '../../personality/rtl/pipes.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NT_ERROR, NT_SUCCESS } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { FakeExecutive, type IrpCompletion } from '../support/fake-executive.ts';

const ACTIONS = [
  'read',
  'write',
  'write',
  'flush',
  'peek',
  'listen',
  'disconnect',
  'close',
  'cancel',
] as const;

interface Step {
  /** Which of the files: servers, then clients. */
  readonly who: number;
  readonly action: (typeof ACTIONS)[number];
  readonly length: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.nat(4),
  action: fc.constantFrom(...ACTIONS),
  length: fc.integer({ min: 1, max: 30 }),
});

const SERVERS = 2;
/** What a waiting or refused request of a pipe may be told. */
const TOLD = new Set<number>([
  Status.STATUS_PIPE_BROKEN,
  Status.STATUS_PIPE_CLOSING,
  Status.STATUS_PIPE_DISCONNECTED,
  Status.STATUS_PIPE_LISTENING,
  Status.STATUS_PIPE_CONNECTED,
  Status.STATUS_INVALID_PIPE_STATE,
  Status.STATUS_ILLEGAL_FUNCTION,
  Status.STATUS_CANCELLED,
  Status.STATUS_SUCCESS,
  Status.STATUS_BUFFER_OVERFLOW,
]);

/** One direction of one connection. */
interface Stream {
  /** All that was ever offered, in order: `told` of each is set when its write has ended. */
  readonly writes: { data: Uint8Array; told: number | undefined }[];
  readonly got: number[];
}

interface Link {
  readonly up: Stream;
  readonly down: Stream;
}

interface File {
  readonly id: number;
  readonly server: boolean;
  link: Link | undefined;
}

const stream = (): Stream => ({ writes: [], got: [] });

class Trial {
  readonly executive = new FakeExecutive({ image: 'npfs.sys' });
  readonly files: (File | undefined)[] = new Array<undefined>(5).fill(undefined);
  readonly open: { id: number; file: number; major: number; done: boolean }[] = [];
  readonly links: Link[] = [];
  readonly #messages: boolean;
  #lastFile = 0;
  #next = 0;

  constructor(messages: boolean) {
    this.#messages = messages;
  }

  async #settle(): Promise<void> {
    for (let turns = 0; turns < 120; turns++) await undefined;
    if (this.executive.crash !== undefined) throw this.executive.crash as Error;
  }

  #request<M extends MajorName>(
    major: number,
    parameters: IrpParameters<M>,
    file: number,
    done: (completion: IrpCompletion<M>) => void = () => undefined,
  ): void {
    const asked = { id: 0, file, major, done: false };
    const promise = this.executive.request<M>(pipes.PIPE_DEVICE, major, parameters, { file });
    asked.id = this.executive.lastId;
    this.open.push(asked);
    void promise.then((completion) => {
      assert.isFalse(asked.done, 'completed twice');
      asked.done = true;
      assert.isTrue(TOLD.has(completion.status), statusName(completion.status));
      done(completion);
    });
  }

  async run(steps: readonly Step[]): Promise<void> {
    assert.equal(await this.executive.start(npfsDriverEntry), 0);
    for (const one of steps) {
      const file = this.files[one.who] ?? (await this.#open(one.who));
      if (file) this.#act(file, one);
      await this.#settle();
      for (const { file: id, major, done } of this.open) if (!done) this.#mayWait(id, major);
    }
    for (const [who, file] of this.files.entries()) if (file) this.#close(who, file);
    await this.#settle();
    assert.equal(this.executive.pending, 0, 'requests are left');
    for (const { done } of this.open) assert.isTrue(done);
    for (const { up, down } of this.links) [up, down].forEach(check);
  }

  /** Nobody waits for who has gone: only a server that listens waits without another end. */
  #mayWait(id: number, major: number): void {
    const file = this.files.find((each) => each?.id === id);
    assert.isDefined(file, `a request ${major} of a closed file waits`);
    const both = this.files.filter((each) => each?.link && each.link === file.link).length === 2;
    const listens = major === mj.IRP_MJ_FILE_SYSTEM_CONTROL && this.#listening.includes(file);
    assert.isTrue(both || listens, `a request ${major} waits for nobody`);
  }

  async #open(who: number): Promise<File | undefined> {
    const server = who < SERVERS;
    const id = ++this.#lastFile;
    const status = await (server ? this.#create(id) : this.#connect(id));
    if (!NT_SUCCESS(status)) return undefined;
    const file: File = { id, server, link: undefined };
    this.files[who] = file;
    if (!server) {
      // The instance that listened longest has got it.
      const peer = this.#listening.shift()!;
      const link = { up: stream(), down: stream() };
      file.link = peer.link = link;
      this.links.push(link);
    } else this.#listening.push(file);
    return file;
  }

  /** Servers whose instances listen, as they were made. */
  readonly #listening: File[] = [];

  async #create(file: number): Promise<number> {
    const kind = this.#messages ? 1 : 0;
    const parameters = {
      ...{ path: '\\p', related: 0, access: 3, share: 3, disposition: nt.FILE_OPEN_IF },
      ...{ options: 0, type: kind, readMode: kind, completionMode: 0, maximumInstances: 9 },
      ...{ inboundQuota: 40, outboundQuota: 0, timeout: -1 },
    };
    const major = mj.IRP_MJ_CREATE_NAMED_PIPE;
    const device = pipes.PIPE_DEVICE;
    return (await this.executive.request<'create_named_pipe'>(device, major, parameters, { file }))
      .status;
  }

  async #connect(file: number): Promise<number> {
    const parameters = {
      ...{ path: '\\P', related: 0, access: 3, attributes: 0, share: 3 },
      ...{ disposition: nt.FILE_OPEN, options: 0, allocation: 0 },
    };
    const { status } = await this.executive.request<'create'>(
      pipes.PIPE_DEVICE,
      mj.IRP_MJ_CREATE,
      parameters,
      { file },
    );
    if (NT_ERROR(status))
      assert.include(
        ['STATUS_PIPE_NOT_AVAILABLE', 'STATUS_OBJECT_NAME_NOT_FOUND'],
        statusName(status),
      );
    return status;
  }

  #act(file: File, { who, action, length }: Step): void {
    switch (action) {
      case 'read':
        return this.#read(file, length);
      case 'write':
        return this.#write(file, length);
      case 'flush':
        return this.#request<'flush'>(mj.IRP_MJ_FLUSH_BUFFERS, {}, file.id);
      case 'close':
        return this.#close(who, file);
      case 'cancel': {
        const open = this.open.filter(({ done }) => !done);
        if (open.length > 0) this.executive.cancel(open[length % open.length]!.id);
        return;
      }
      default:
        return this.#control(file, action, length);
    }
  }

  #read(file: File, length: number): void {
    const { link } = file;
    this.#request<'read'>(mj.IRP_MJ_READ, { offset: 0, length }, file.id, ({ result }) => {
      const data = result.data ?? new Uint8Array();
      assert.isAtMost(data.length, length);
      if (data.length > 0) (file.server ? link!.up : link!.down).got.push(...data);
    });
  }

  #write(file: File, length: number): void {
    const data = new Uint8Array(length).map(() => this.#next++ % 251);
    const { link } = file;
    const entry: Stream['writes'][number] = { data, told: undefined };
    if (link) (file.server ? link.down : link.up).writes.push(entry);
    const write = { offset: 0, length, data };
    this.#request<'write'>(mj.IRP_MJ_WRITE, write, file.id, ({ status, information }) => {
      entry.told = NT_SUCCESS(status) ? information : -1;
      if (!link) assert.isTrue(NT_ERROR(status));
    });
  }

  #control(file: File, action: 'listen' | 'disconnect' | 'peek', length: number): void {
    const codes = {
      listen: pipes.FSCTL_PIPE_LISTEN,
      disconnect: pipes.FSCTL_PIPE_DISCONNECT,
      peek: pipes.FSCTL_PIPE_PEEK,
    };
    const code = codes[action];
    const parameters = { device: 0, code, input: new Uint8Array(), outputLength: 16 + length };
    const told = (status: number): void => {
      if (!file.server || !NT_SUCCESS(status)) return;
      if (action === 'disconnect') this.#leave(file);
    };
    const before = this.files.includes(file) && file.server && this.#disconnected.has(file);
    if (action === 'listen' && before) {
      this.#disconnected.delete(file);
      this.#listening.push(file);
      this.#listening.sort((one, other) => one.id - other.id);
    }
    this.#request<'fs_control'>(mj.IRP_MJ_FILE_SYSTEM_CONTROL, parameters, file.id, ({ status }) =>
      told(status),
    );
  }

  readonly #disconnected = new Set<File>();

  #leave(server: File): void {
    const { link } = server;
    server.link = undefined;
    for (const file of this.files) if (file && link && file.link === link) file.link = undefined;
    const at = this.#listening.indexOf(server);
    if (at >= 0) this.#listening.splice(at, 1);
    this.#disconnected.add(server);
  }

  #close(who: number, file: File): void {
    this.files[who] = undefined;
    const at = this.#listening.indexOf(file);
    if (at >= 0) this.#listening.splice(at, 1);
    this.#disconnected.delete(file);
    this.#request<'cleanup'>(mj.IRP_MJ_CLEANUP, {}, file.id);
    this.#request<'close'>(mj.IRP_MJ_CLOSE, {}, file.id);
  }
}

/** What was read is what was written, in order, without what its writer was told is not written. */
function check({ writes, got }: Stream): void {
  const sure = writes.flatMap(({ data, told }) => [...data.subarray(0, Math.max(0, told ?? 0))]);
  // What was cut off while it was being read was told as not written.
  const possible = writes.flatMap(({ data, told }) =>
    told === -1 ? [...data] : [...data.subarray(0, told)],
  );
  const begins = (all: number[]): boolean => got.every((byte, at) => byte === all[at]);
  assert.isTrue(begins(sure) || begins(possible), JSON.stringify({ got, sure, possible }));
}

suite('npfs under random use', function () {
  this.timeout(60_000);

  for (const messages of [false, true])
    test(messages ? 'messages' : 'streams', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 50 }), (steps) =>
          new Trial(messages).run(steps),
        ),
        { numRuns: 150 },
      );
    });
});
