/**
 * Taking an endpoint away from the holders of one badge: revoke their copies, then cancel what they
 * have sent already. The calls of others stay.
 */
import { assert } from 'chai';
import {
  MessageInfo_get_label,
  MessageInfo_new,
  seL4_Call,
  seL4_FailedLookup,
  seL4_InvalidCapability,
  seL4_NBRecv,
  seL4_NoError,
  seL4_Reply,
} from '../../personality/sel4/index.ts';
import type { CPtr } from '../../personality/sel4/index.ts';
import { OUR_PRIORITY, settle } from './harness/bench.ts';
import type { Bench, Helper } from './harness/bench.ts';
import { cancelBadgedSends, copy, revoke } from './harness/cspace.ts';
import type { Program } from './harness/program.ts';

const CLIENTS = 32;
const ANSWER = 50;

interface Client {
  readonly helper: Helper;
  readonly badge: number;
  /** Ours, with the badge; the client has a copy of it. */
  readonly original: CPtr;
  readonly own: CPtr;
  /** Label of what its call came back with. */
  result: number;
}

/** Clients of `badges` badges, which come up again and again in the order of their calls. */
async function makeClients(bench: Bench, endpoint: CPtr, badges: number): Promise<Client[]> {
  const clients: Client[] = [];
  const originals = Array.from({ length: badges }, (_, i) => bench.badged(endpoint, i + 1));
  for (let i = 0; i < CLIENTS; i++) {
    const original = originals[i % badges] as CPtr;
    const own = bench.slot();
    assert.equal(copy(bench.thread, own, original), seL4_NoError);
    const helper = bench.start(
      async (thread) => {
        const info = await seL4_Call(thread, own, MessageInfo_new(1, 0, 0, 0));
        (clients[i] as Client).result = MessageInfo_get_label(info);
      },
      { priority: OUR_PRIORITY + 1 },
    );
    clients.push({ helper, badge: (i % badges) + 1, original, own, result: -1 });
  }
  await settle(bench.thread);
  return clients;
}

const results = (clients: readonly Client[]) => clients.map((client) => client.result);

/** Every other badge loses its endpoint; after each, the first call of the others is answered. */
async function cancelOnly(bench: Bench, badges: number): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  const clients = await makeClients(bench, endpoint, badges);
  const expected = clients.map(() => -1);
  // The last started was the first to call.
  const queue = [...clients.keys()].reverse().filter((i) => (clients[i] as Client).badge % 2 === 1);
  const serve = async (): Promise<void> => {
    await seL4_NBRecv(thread, endpoint);
    const served = queue.shift() as number;
    assert.equal(thread.badge, (clients[served] as Client).badge, 'the next one still waits');
    await seL4_Reply(thread, MessageInfo_new(ANSWER, 0, 0, 0));
    expected[served] = ANSWER;
  };
  for (let badge = badges; badge > 0; badge -= 2) {
    const own = clients.filter((client) => client.badge === badge);
    const { original } = own[0] as Client;
    assert.equal(revoke(thread, original), seL4_NoError);
    await settle(thread);
    assert.deepEqual(results(clients), expected, 'revoking leaves calls where they are');
    assert.equal(cancelBadgedSends(thread, original), seL4_NoError);
    own.forEach((client) => (expected[clients.indexOf(client)] = seL4_InvalidCapability));
    // Before any other thread has run: a call that is cancelled by mistake is not there now, and
    // would be soon again.
    await serve();
    await settle(thread);
    assert.deepEqual(results(clients), expected, `without badge ${badge}`);
  }
  while (queue.length > 0) await serve();
  assert.deepEqual(results(clients), expected, 'all others are answered');
  await seL4_NBRecv(thread, endpoint);
  assert.equal(thread.badge, 0, 'and there were no more');
  for (const { helper } of clients) await bench.wait(helper);
}

/** A call cancelled while its capability is still there is simply made again. */
async function capsDeleted(bench: Bench): Promise<void> {
  const { thread } = bench;
  const endpoint = bench.endpoint();
  const clients = await makeClients(bench, endpoint, CLIENTS);
  const exists = (slot: CPtr) => copy(thread, bench.slot(), slot) !== seL4_FailedLookup;
  for (const [i, client] of clients.entries()) {
    assert.equal(cancelBadgedSends(thread, client.original), seL4_NoError);
    await settle(thread);
    assert.equal(client.result, -1, 'called again');
    assert.isTrue(exists(client.own), 'its capability is still there');
    assert.equal(revoke(thread, client.original), seL4_NoError);
    assert.isTrue(exists(client.original), 'the revoked one stays');
    const left = clients.map(({ own }) => exists(own));
    assert.deepEqual(
      left,
      clients.map((_, other) => other > i),
      'of this badge only',
    );
    assert.equal(cancelBadgedSends(thread, client.original), seL4_NoError);
    await settle(thread);
    assert.equal(client.result, seL4_InvalidCapability);
  }
  assert.isTrue(exists(endpoint));
  for (const { helper } of clients) await bench.wait(helper);
}

export const programs: Program[] = [
  {
    id: 'CANCEL_BADGED_SENDS_0001',
    checks: 'revoke and cancelBadgedSends end all calls of a badge, of 32; others are answered',
    async run(bench) {
      await cancelOnly(bench, CLIENTS);
      await cancelOnly(bench, 8);
    },
  },
  {
    id: 'CANCEL_BADGED_SENDS_0002',
    checks: 'revoke deletes the copies of that badge only; a call cancelled without it is repeated',
    run: capsDeleted,
  },
];
