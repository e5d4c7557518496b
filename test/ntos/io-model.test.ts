/**
 * Three processes at once on three files: opens with share modes, reads, writes, locks, renames and
 * deletions at random, each compared with a plain model. Whose turn it is goes round by the model.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import {
  NtDelayExecution,
  NtLockFile,
  NtSetInformationFile,
  NtUnlockFile,
} from '../../personality/ntdll/native.ts';
import { encodeDisposition, encodeRename } from '../../personality/rtl/information.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/status.ts';
import { fsck, makeImage } from '../support/mtools.ts';
import { bootClientRig, type Client, type ClientRig } from './io-client.ts';

const PROCESSES = 3;
const NAMES = ['A', 'B', 'C'];
const [READ, WRITE, DELETE] = [nt.FILE_READ_DATA, nt.FILE_WRITE_DATA, nt.DELETE];
const OK = 'STATUS_SUCCESS';

type Step =
  | { kind: 'open'; name: string; access: number; share: number; disposition: number }
  | { kind: 'close' | 'delete' | 'keep'; pick: number }
  | { kind: 'read' | 'write' | 'unlock'; pick: number; offset: number; length: number }
  | { kind: 'lock'; pick: number; offset: number; length: number; exclusive: boolean }
  | { kind: 'rename'; pick: number; name: string; replace: boolean };
type Turn = { by: number; step: Step };

interface File {
  bytes: number[];
  doomed: boolean;
}
interface Lock {
  owner: Open;
  offset: number;
  length: number;
  exclusive: boolean;
}
interface Open {
  by: number;
  handle: number;
  file: File;
  access: number;
  share: number;
}

/** FILE_SHARE_* bits that an access needs of others. */
function needs(access: number): number {
  return (access & READ ? 1 : 0) | (access & WRITE ? 2 : 0) | (access & DELETE ? 4 : 0);
}

function touches(one: { offset: number; length: number }, other: typeof one): boolean {
  return one.offset < other.offset + other.length && other.offset < one.offset + one.length;
}

class Model {
  readonly files = new Map<string, File>();
  readonly opens: Open[] = [];
  readonly locks = new Map<File, Lock[]>();
  #seed = 0;

  async step(client: Client, by: number, step: Step): Promise<void> {
    if (step.kind === 'open') return this.#open(client, by, step);
    const mine = this.opens.filter((open) => open.by === by);
    const open = mine[step.pick % Math.max(1, mine.length)];
    if (!open) return;
    const text = JSON.stringify(step);
    assert.equal(await this.#act(client, open, step), this.#expected(open, step), text);
    this.#apply(open, step);
  }

  async #open(client: Client, by: number, step: Step & { kind: 'open' }): Promise<void> {
    const { name, access, share, disposition } = step;
    const options = { access, share, disposition };
    const { status, handle } = await client.open(`A:\\${name}`, options);
    const known = this.files.get(name);
    const expected = this.#judge(known, step);
    assert.equal(status, expected, JSON.stringify(step));
    if (expected !== OK) return;
    const file = known ?? { bytes: [], doomed: false };
    this.files.set(name, file);
    if (disposition === nt.FILE_OVERWRITE_IF) file.bytes = [];
    this.opens.push({ by, handle, file, access, share });
  }

  #judge(file: File | undefined, { access, share, disposition }: Step & { kind: 'open' }): string {
    if (!file) return disposition === nt.FILE_OPEN ? 'STATUS_OBJECT_NAME_NOT_FOUND' : OK;
    if (file.doomed) return 'STATUS_DELETE_PENDING';
    if (disposition === nt.FILE_CREATE) return 'STATUS_OBJECT_NAME_COLLISION';
    const others = this.opens.filter((open) => open.file === file && needs(open.access) !== 0);
    const clash = others.some(
      (other) => needs(access) & ~other.share || needs(other.access) & ~share,
    );
    return clash && needs(access) !== 0 ? 'STATUS_SHARING_VIOLATION' : OK;
  }

  async #act(client: Client, { handle, file }: Open, step: Step): Promise<string> {
    const { process } = client;
    const set = async (infoClass: number, data: Uint8Array) =>
      statusName((await NtSetInformationFile(process, { handle, class: infoClass, data })).status);
    switch (step.kind) {
      case 'close':
        return client.close(handle);
      case 'read': {
        const { status, data } = await client.read(handle, step.offset, step.length);
        if (status !== OK) return status;
        const expected = file.bytes.slice(step.offset, step.offset + step.length);
        return `${status} ${[...data].join() === expected.join() ? 'the same' : [...data].join()}`;
      }
      case 'write':
        return client.write(handle, step.offset, this.#data(step));
      case 'lock': {
        const input = { ...step, handle, key: 0, failImmediately: true };
        return statusName((await NtLockFile(process, input)).status);
      }
      case 'unlock':
        return statusName((await NtUnlockFile(process, { ...step, handle, key: 0 })).status);
      case 'rename': {
        if (file.doomed) return OK;
        const info = { replace: step.replace, root: 0, name: `\\??\\A:\\${step.name}` };
        return set(nt.FileRenameInformation, encodeRename(info));
      }
      default:
        return set(nt.FileDispositionInformation, encodeDisposition(step.kind === 'delete'));
    }
  }

  #data({ length }: { length: number }): Uint8Array {
    return new Uint8Array(length).fill((this.#seed + 1) & 0xff);
  }

  #expected(open: Open, step: Step): string {
    const { access, file } = open;
    const denied = 'STATUS_ACCESS_DENIED';
    const held = this.locks.get(file) ?? [];
    switch (step.kind) {
      case 'read': {
        if ((access & READ) === 0) return denied;
        const clash = held.some((l) => l.exclusive && l.owner !== open && touches(l, step));
        if (clash) return 'STATUS_FILE_LOCK_CONFLICT';
        return step.offset >= file.bytes.length ? 'STATUS_END_OF_FILE' : `${OK} the same`;
      }
      case 'write': {
        if ((access & WRITE) === 0) return denied;
        const clash = held.some((l) => touches(l, step) && !(l.exclusive && l.owner === open));
        return clash ? 'STATUS_FILE_LOCK_CONFLICT' : OK;
      }
      case 'lock': {
        if ((access & (READ | WRITE)) === 0) return denied;
        const clash = held.some(
          (l) => touches(l, step) && (step.exclusive || (l.exclusive && l.owner !== open)),
        );
        return clash ? 'STATUS_LOCK_NOT_GRANTED' : OK;
      }
      case 'unlock':
        if ((access & (READ | WRITE)) === 0) return denied;
        return this.#lockOf(open, step) ? OK : 'STATUS_RANGE_NOT_LOCKED';
      case 'rename':
        return file.doomed ? OK : this.#judgeRename(open, step);
      case 'delete':
      case 'keep':
        return (access & DELETE) === 0 ? denied : OK;
      default:
        return OK;
    }
  }

  #judgeRename({ access, file }: Open, step: Step & { kind: 'rename' }): string {
    if ((access & DELETE) === 0) return 'STATUS_ACCESS_DENIED';
    const target = this.files.get(step.name);
    if (!target || target === file) return OK;
    if (!step.replace) return 'STATUS_OBJECT_NAME_COLLISION';
    return this.opens.some((open) => open.file === target) ? 'STATUS_ACCESS_DENIED' : OK;
  }

  #lockOf(open: Open, { offset, length }: { offset: number; length: number }): Lock | undefined {
    const fits = (this.locks.get(open.file) ?? []).filter(
      (l) => l.owner === open && l.offset === offset && l.length === length,
    );
    return fits.find(({ exclusive }) => exclusive) ?? fits[0];
  }

  #apply(open: Open, step: Step): void {
    const { file } = open;
    const expected = this.#expected(open, step);
    if (!expected.startsWith(OK)) return;
    const held = this.locks.get(file) ?? [];
    if (step.kind === 'write') {
      const end = step.offset + step.length;
      while (file.bytes.length < end) file.bytes.push(0);
      file.bytes.splice(step.offset, step.length, ...this.#data(step));
      this.#seed++;
    } else if (step.kind === 'lock') {
      this.locks.set(file, [...held, { owner: open, ...step }]);
    } else if (step.kind === 'unlock') {
      const gone = this.#lockOf(open, step);
      this.locks.set(
        file,
        held.filter((l) => l !== gone),
      );
    } else if (step.kind === 'delete' || step.kind === 'keep') file.doomed = step.kind === 'delete';
    else if (step.kind === 'rename' && !file.doomed) {
      for (const [name, other] of this.files) if (other === file) this.files.delete(name);
      this.files.set(step.name, file);
    } else if (step.kind === 'close') this.#close(open, held);
  }

  #close(open: Open, held: Lock[]): void {
    const { file } = open;
    this.opens.splice(this.opens.indexOf(open), 1);
    this.locks.set(
      file,
      held.filter(({ owner }) => owner !== open),
    );
    if (!file.doomed || this.opens.some((other) => other.file === file)) return;
    for (const [name, other] of this.files) if (other === file) this.files.delete(name);
  }
}

const pick = fc.nat(5);
const region = { pick, offset: fc.nat(12), length: fc.integer({ min: 1, max: 8 }) };
const of = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(fields);
const access = fc.constantFrom(READ, READ | WRITE, WRITE, READ | WRITE | DELETE, READ | DELETE);
const kinds = <K extends string>(...names: K[]) => fc.constantFrom(...names);
const step = fc.oneof(
  of({
    kind: kinds('open'),
    name: fc.constantFrom(...NAMES),
    access,
    share: fc.constantFrom(7, 7, 7, 3, 1, 0),
    disposition: fc.constantFrom(nt.FILE_OPEN, nt.FILE_OPEN_IF, nt.FILE_CREATE, 5),
  }),
  of({ kind: kinds('close', 'close', 'delete', 'keep'), pick }),
  of({ kind: kinds('read', 'write', 'unlock'), ...region }),
  of({ kind: kinds('lock'), ...region, exclusive: fc.boolean() }),
  of({
    kind: kinds('rename'),
    pick,
    name: fc.constantFrom(...NAMES),
    replace: fc.boolean(),
  }),
) as fc.Arbitrary<Step>;
const turns: fc.Arbitrary<Turn[]> = fc.array(of({ by: fc.nat(PROCESSES - 1), step }), {
  minLength: 20,
  maxLength: 60,
});

suite('ntos/io: processes against a model', function () {
  this.timeout(120_000);
  let rig: ClientRig;
  suiteSetup(async () => {
    rig = await bootClientRig([await makeImage({ kib: 1440 })]);
  });
  suiteTeardown(() => rig.end());

  /** After a failure nobody waits for his turn any more. */
  async function run(sequence: Turn[]): Promise<void> {
    const model = new Model();
    let [next, failed] = [0, false];
    const play = (by: number) =>
      rig.client(async (client) => {
        for (; next < sequence.length && !failed;) {
          const turn = sequence[next]!;
          if (turn.by === by) {
            try {
              await model.step(client, by, turn.step);
            } catch (error) {
              failed = true;
              throw error;
            }
            next++;
          } else await NtDelayExecution(client.process, { alertable: false, interval: -5_000 });
        }
        const mine = model.opens.filter((open) => open.by === by);
        for (const { handle } of mine) await client.close(handle);
      });
    await Promise.all(Array.from({ length: PROCESSES }, (_, by) => play(by)));
  }

  test('opens, locks, transfers, renames and deletions', async () => {
    await fc.assert(
      fc.asyncProperty(turns, async (sequence) => {
        await run(sequence);
        await rig.run('del /q A:\\*.*');
      }),
      { numRuns: 6, interruptAfterTimeLimit: 60_000 },
    );
    await rig.run('umount A:');
    const verdict = await fsck(rig.image());
    assert.isTrue(verdict.clean, verdict.output);
    assert.deepEqual(rig.faults, []);
  });
});
