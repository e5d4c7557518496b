/**
 * What two workers can do without a kernel: shared words, messages, comlink.
 */
import { wrap } from 'comlink';
import { bench } from './measure.ts';
import type { Bench } from './measure.ts';
import type { PeerStart } from './peer.worker.ts';
import { WORDS, ask, over, pause } from './words.ts';

/** How long nothing happens before a round trip "after a pause", and how many such a round has. */
export const PAUSE_MS = 3;
export const PAUSED_TRIPS = 10;
const SPINNING_TRIPS = 500;

interface Peer {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly words: Int32Array;
}

/** Calls back to back with pauses: the sum of what the calls took. */
export async function afterPauses(call: () => void | Promise<void>): Promise<number> {
  let sum = 0;
  for (let i = 0; i < PAUSED_TRIPS; i++) {
    pause(PAUSE_MS);
    const start = performance.now();
    const pending = call();
    if (pending) await pending;
    sum += performance.now() - start;
  }
  return sum;
}

async function startPeer(kind: PeerStart['kind']): Promise<Peer> {
  const worker = new Worker(new URL('./peer.worker.ts', import.meta.url), { type: 'module' });
  const { port1: port, port2 } = new MessageChannel();
  const words = new Int32Array(new SharedArrayBuffer(WORDS * 4));
  const ready = new Promise<unknown>((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = resolve;
    if (kind !== 'comlink') port.onmessage = resolve;
  });
  worker.postMessage({ kind, words } satisfies PeerStart, [port2]);
  await ready;
  return { worker, port, words };
}

function wordsBench(name: string, peer: Peer, spinning: boolean): Bench {
  let at = 0;
  const trips = (count: number): void => {
    at = ask(peer.words, at, count, spinning);
  };
  // As many in any case: a few could be over before the machine takes the processor away.
  return { ...bench(name, trips), exactly: SPINNING_TRIPS };
}

function sleepers(peer: Peer): Bench[] {
  let at = 0;
  const trip = (): void => {
    at = ask(peer.words, at, 1, false);
  };
  return [
    bench('Atomics.wait/notify', (count) => {
      at = ask(peer.words, at, count, false);
    }),
    {
      name: 'Atomics.wait/notify after a pause',
      exactly: PAUSED_TRIPS,
      run: () => afterPauses(trip),
    },
  ];
}

function messages(peer: Peer): Bench {
  let answered: () => void = () => undefined;
  peer.port.onmessage = () => answered();
  return bench('postMessage', async (count) => {
    for (let i = 0; i < count; i++) {
      const answer = new Promise<void>((resolve) => (answered = resolve));
      peer.port.postMessage(i);
      await answer;
    }
  });
}

function comlink(peer: Peer): Bench {
  const remote = wrap<{ echo(value: number): number }>(peer.port);
  return bench('comlink', async (count) => {
    for (let i = 0; i < count; i++) await remote.echo(i);
  });
}

/** One kind of ping-pong, with a worker of its own that is gone afterwards. */
async function withPeer(
  kind: PeerStart['kind'],
  use: (peer: Peer) => Promise<void>,
): Promise<void> {
  const peer = await startPeer(kind);
  try {
    await use(peer);
  } finally {
    over(peer.words);
    peer.worker.terminate();
  }
}

export async function measureBare(record: (benches: Bench[]) => Promise<void>): Promise<void> {
  await withPeer('spin', (peer) => record([wordsBench('spinning ping-pong', peer, true)]));
  await withPeer('wait', (peer) => record(sleepers(peer)));
  await withPeer('port', (peer) => record([messages(peer)]));
  await withPeer('comlink', (peer) => record([comlink(peer)]));
}
