/**
 * A serial server and its clients: threads of our own VSpace, or processes. The text that arrives
 * at the port is judged: every line whole, every client's lines in order.
 */
import { assert } from 'chai';
import {
  MessageInfo_get_label,
  MessageInfo_new,
  seL4_Call,
  seL4_CapIOPortControl,
  seL4_CapInitThreadVSpace,
  seL4_NoError,
  seL4_X86_IOPortControl_Issue,
} from '../../personality/sel4/index.ts';
import type { CPtr, Thread } from '../../personality/sel4/index.ts';
import type { Bench, Body, Helper } from './harness/bench.ts';
import { DEPTH, ROOT, copy } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';
import * as protocol from './harness/serial-server.ts';

const CLIENTS = 6;
const LINES = 5;
const SERVER_WINDOW = 0x4000_0000;
const CLIENT_PAGES = 0x2000_0000;
const PAGE = 4096;

/** A client's side of a session. */
interface Session {
  readonly index: number;
  call(label: number, argument?: number): Promise<number>;
  connect(): Promise<number>;
  print(text: string): Promise<void>;
  write(text: string): Promise<void>;
}

function session(thread: Thread, index: number, endpoint: CPtr, page: CPtr, at: number): Session {
  async function call(label: number, argument = 0, caps = 0): Promise<number> {
    thread.setMR(0, argument);
    thread.setCap(0, page);
    const info = await seL4_Call(thread, endpoint, MessageInfo_new(label, 0, caps, 1));
    return MessageInfo_get_label(info);
  }
  async function send(label: number, text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    thread.window(at, PAGE, true).write(0, bytes);
    assert.equal(await call(label, bytes.length), protocol.OK);
    assert.equal(thread.getMR(0), bytes.length, 'bytes taken');
  }
  return {
    index,
    call,
    connect: () => call(protocol.CONNECT, 0, 1),
    print: (text) => send(protocol.PRINT, text),
    write: (text) => send(protocol.WRITE, text),
  };
}

type Script = (client: Session) => Promise<void>;

interface Service {
  readonly server: Helper;
  readonly endpoint: CPtr;
}

function startServer(bench: Bench): Service {
  const ports = bench.slot();
  const { thread } = bench;
  const port = protocol.SERIAL_PORT;
  const control = seL4_CapIOPortControl;
  const issued = seL4_X86_IOPortControl_Issue(thread, control, port, port + 7, ROOT, ports, DEPTH);
  assert.equal(issued, seL4_NoError);
  // The page table of the server's window: it stays when this page goes.
  const first = bench.page();
  bench.map(first, seL4_CapInitThreadVSpace, SERVER_WINDOW);
  bench.free(first);
  const endpoint = bench.endpoint();
  const body = protocol.serialServer({
    endpoint,
    ports,
    receiveSlot: bench.slot(),
    pageSlots: bench.slots(CLIENTS + 1),
    window: SERVER_WINDOW,
    sessions: CLIENTS,
  });
  return { server: bench.start(body), endpoint };
}

async function startClient(
  bench: Bench,
  { endpoint }: Service,
  index: number,
  apart: boolean,
  script: Script,
): Promise<Helper> {
  const process = apart ? await bench.process() : undefined;
  const mapped = bench.page();
  const shared = bench.slot();
  assert.equal(copy(bench.thread, shared, mapped), seL4_NoError);
  const at = CLIENT_PAGES + (apart ? 0 : index * PAGE);
  bench.map(mapped, process?.vspace ?? seL4_CapInitThreadVSpace, at);
  const cap = process ? process.give(endpoint, index + 1) : bench.badged(endpoint, index + 1);
  const page = process?.give(shared) ?? shared;
  const body: Body = (thread) => script(session(thread, index, cap, page, at));
  return bench.start(body, { process });
}

/** Kills the server: how many sessions that had to end. */
async function kill(bench: Bench, { server, endpoint }: Service): Promise<number> {
  const parent = bench.badged(endpoint, protocol.PARENT_BADGE);
  const info = await seL4_Call(bench.thread, parent, MessageInfo_new(protocol.KILL, 0, 0, 1));
  assert.equal(MessageInfo_get_label(info), protocol.OK);
  return bench.wait(server);
}

function output(bench: Bench): string {
  const bytes = bench.written.map(({ port, value }) => {
    assert.equal(port, protocol.SERIAL_PORT);
    return value;
  });
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

const line = (index: number, i: number): string => `client ${index} line ${i}`;

/** All lines of all clients, whole, each client's in order, and nothing else. */
function assertLines(bench: Bench, ending: string, perClient: number): void {
  const lines = output(bench).split(ending);
  assert.equal(lines.pop(), '', 'the last line is ended too');
  assert.equal(lines.length, CLIENTS * perClient);
  for (let index = 0; index < CLIENTS; index++) {
    const own = lines.filter((text) => text.startsWith(`client ${index} `));
    assert.deepEqual(
      own,
      Array.from({ length: perClient }, (_, i) => line(index, i)),
    );
  }
}

async function lines(client: Session, how: 'print' | 'write', from: number): Promise<void> {
  const ending = how === 'print' ? '\n' : '\r\n';
  for (let i = 0; i < LINES; i++) await client[how](`${line(client.index, from + i)}${ending}`);
}

async function connected(client: Session): Promise<void> {
  assert.equal(await client.call(protocol.PRINT, 1), protocol.NOT_CONNECTED);
  assert.equal(await client.call(protocol.CONNECT), protocol.NO_PAGE);
  assert.equal(await client.connect(), protocol.OK);
  assert.equal(await client.connect(), protocol.ALREADY_CONNECTED);
}

const scripts: { checks: string; script: Script; lines: number; open: number }[] = [
  {
    checks: 'connect, once',
    script: connected,
    lines: 0,
    open: CLIENTS,
  },
  {
    checks: 'connect and print lines',
    async script(client) {
      await connected(client);
      await lines(client, 'print', 0);
    },
    lines: LINES,
    open: CLIENTS,
  },
  {
    checks: 'connect and write bytes; more than a page is refused',
    async script(client) {
      await connected(client);
      assert.equal(await client.call(protocol.WRITE, PAGE + 1), protocol.TOO_LONG);
      await lines(client, 'write', 0);
    },
    lines: LINES,
    open: CLIENTS,
  },
  {
    checks: 'print, write, connect anew, print and write again',
    async script(client) {
      await connected(client);
      await lines(client, 'print', 0);
      await lines(client, 'write', LINES);
      assert.equal(await client.call(protocol.DISCONNECT), protocol.OK);
      await connected(client);
      await lines(client, 'print', 2 * LINES);
      await lines(client, 'write', 3 * LINES);
    },
    lines: 4 * LINES,
    open: CLIENTS,
  },
  {
    checks: 'connect and disconnect; then the parent, and no client, kills the server',
    async script(client) {
      await connected(client);
      assert.equal(await client.call(protocol.KILL), protocol.NOT_ALLOWED);
      assert.equal(await client.call(protocol.DISCONNECT), protocol.OK);
      assert.equal(await client.call(protocol.DISCONNECT), protocol.NOT_CONNECTED);
    },
    lines: 0,
    open: 0,
  },
];

function programFor(kind: string, apart: boolean, number: number): Program {
  const { checks, script, lines: perClient, open } = scripts[number - 1] as (typeof scripts)[0];
  return {
    id: `SERSERV_${kind}_00${number}`,
    checks: `serial server, clients are ${apart ? 'processes' : 'threads'}: ${checks}`,
    adapted: 'a server of our own; pages are shared by capability, bytes go out of an I/O port',
    async run(bench) {
      const service = startServer(bench);
      const clients: Helper[] = [];
      for (let index = 0; index < CLIENTS; index++) {
        clients.push(await startClient(bench, service, index, apart, script));
      }
      for (const client of clients) await bench.wait(client);
      assertLines(bench, '\r\n', perClient);
      assert.equal(await kill(bench, service), open, 'sessions that were open');
    },
  };
}

const numbers = scripts.map((_, i) => i + 1);

export const programs: Program[] = [
  ...numbers.map((number) => programFor('CLIENT', false, number)),
  ...numbers.map((number) => programFor('CLI_PROC', true, number)),
];
