/**
 * LPC under random ends: clients ask a server, and after some answers a client's thread is killed,
 * a client's port closed, the server's thread ended with a request in its hands, or its port
 * closed. Every call comes back, with its own answer or a status that says why not, and nothing is
 * left.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import {
  NtAcceptConnectPort,
  NtClose,
  NtCompleteConnectPort,
  NtTerminateThread,
  NtWaitForSingleObject,
} from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { LPC_CONNECTION_REQUEST, LPC_REQUEST } from '../../personality/rtl/lpc.ts';
import { inClient } from './core-client.ts';
import { untilEnded } from './core-inputs.ts';
import { ask, aside, connect, createPort, receive, replyTo, textOf } from './lpc-client.ts';

const PORT = '\\ModelPort';
const TOLD = [
  'STATUS_SUCCESS',
  'STATUS_PORT_DISCONNECTED',
  'STATUS_LPC_REPLY_LOST',
  'STATUS_PORT_CONNECTION_REFUSED',
  'STATUS_OBJECT_NAME_NOT_FOUND',
  'STATUS_INVALID_HANDLE',
];

interface Scenario {
  /** What each client asks, in number. */
  readonly asks: readonly number[];
  /** After so many answers. */
  readonly after: number;
  readonly end: 'nothing' | 'kill client' | 'close client' | 'server ends' | 'close port';
  readonly which: number;
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
  asks: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
  after: fc.integer({ min: 0, max: 6 }),
  end: fc.constantFrom(
    'nothing' as const,
    'kill client' as const,
    'close client' as const,
    'server ends' as const,
    'close port' as const,
  ),
  which: fc.nat(2),
});

const PATIENT = { alertable: false, timeout: -500_000_000 };

/** What the threads of one trial share. */
interface Trial {
  readonly given: Scenario;
  readonly port: number;
  /** The clients' threads, and their ports. */
  readonly threads: number[];
  readonly ports: number[];
  /** The server's sides of the connections. */
  readonly sides: number[];
  readonly killed: Set<number>;
  readonly told: string[];
}

async function client(own: NtProcess, trial: Trial, at: number): Promise<void> {
  const { status, handle } = await connect(own, PORT);
  trial.told.push(status);
  if (status !== 'STATUS_SUCCESS') return;
  trial.ports[at] = handle;
  for (let turn = 0; turn < trial.given.asks[at]!; turn++) {
    const answer = await ask(own, handle, `${at} ${turn}`);
    trial.told.push(answer.status);
    if (answer.status !== 'STATUS_SUCCESS') return;
    assert.equal(answer.text, `${at} ${turn}!`);
  }
}

/** True: the server goes on. */
async function endSomething(own: NtProcess, trial: Trial): Promise<boolean> {
  const { given, threads, ports, port } = trial;
  const which = given.which % given.asks.length;
  if (given.end === 'kill client') {
    trial.killed.add(which);
    await NtTerminateThread(own, { handle: threads[which]!, status: 1 });
  } else if (given.end === 'close client' && ports[which])
    await NtClose(own, { handle: ports[which] });
  else if (given.end === 'close port') await NtClose(own, { handle: port });
  return given.end !== 'server ends';
}

/** Answers until nothing more comes. */
async function server(own: NtProcess, trial: Trial): Promise<void> {
  let answers = 0;
  let reply: Uint8Array = new Uint8Array();
  for (;;) {
    const { status, message } = await receive(own, trial.port, reply);
    reply = new Uint8Array();
    // Who asked has ended meanwhile: on to the next.
    if (status === 'STATUS_REPLY_MESSAGE_MISMATCH') continue;
    if (!message) return;
    if (message.type === LPC_CONNECTION_REQUEST) {
      const answer = { context: 1, message: replyTo(message, ''), accept: true, section: 0 };
      const { handle } = await NtAcceptConnectPort(own, answer);
      if (handle === 0) continue;
      trial.sides.push(handle);
      await NtCompleteConnectPort(own, { handle });
    } else if (message.type === LPC_REQUEST) {
      if (answers++ === trial.given.after && !(await endSomething(own, trial))) return;
      reply = replyTo(message, `${textOf(message)}!`);
    }
  }
}

async function run(process: NtProcess, given: Scenario): Promise<void> {
  const { handle: port } = await createPort(process, PORT);
  const trial: Trial = {
    ...{ given, port, threads: [], ports: [], sides: [] },
    ...{ killed: new Set<number>(), told: [] },
  };
  const clients = [];
  for (const at of given.asks.keys()) {
    const made = await aside(process, (own) => client(own, trial, at));
    trial.threads.push(made.handle);
    clients.push(made);
  }
  const serving = await aside(process, (own) => server(own, trial));
  // When the server has ended, whoever still waits waits for nobody.
  const closing = await aside(process, async (own) => {
    await NtWaitForSingleObject(own, { ...PATIENT, handle: serving.handle });
    for (const handle of [port, ...trial.sides]) await NtClose(own, { handle });
  });
  for (const [at, { handle, result }] of clients.entries()) {
    await untilEnded(process, handle);
    if (!trial.killed.has(at)) await result();
    await NtClose(process, { handle });
  }
  await NtClose(process, { handle: port });
  await closing.result();
  const rest = [serving.handle, closing.handle, ...trial.ports.filter(Boolean)];
  for (const handle of rest) await NtClose(process, { handle });
  for (const status of trial.told) assert.include(TOLD, status);
  if (given.end === 'nothing') {
    const expected = given.asks.reduce((sum, count) => sum + count + 1, 0);
    assert.lengthOf(trial.told, expected);
    assert.deepEqual([...new Set(trial.told)], ['STATUS_SUCCESS']);
  }
}

suite('ntos/lpc under random ends', function () {
  this.timeout(60_000);

  test('every call comes back, and nothing is left', () =>
    inClient(async (process, { executive }) => {
      const before = { ...executive.quotas.clients.usage };
      for (const given of fc.sample(scenario, 40)) {
        const what = JSON.stringify(given);
        await run(process, given).catch((error: unknown) => {
          throw new Error(`${what}: ${String(error)}`);
        });
        const { pagedPool, objects } = executive.quotas.clients.usage;
        assert.deepEqual({ pagedPool, objects }, pick(before), what);
      }
    }));
});

function pick({ pagedPool, objects }: { pagedPool: number; objects: number }) {
  return { pagedPool, objects };
}
