/** The port mailbox: order, answers, time-outs, several clients. */
import { assert } from 'chai';
import {
  busTimeouts,
  createBusBuffer,
  createBusClient,
  createBusServer,
} from '../../personality/sel4/bus.ts';
import type { BusJob, BusResult } from './fixtures/bus-worker.ts';

const workers: Worker[] = [];

function startWorker(job: BusJob): Promise<BusResult | string> {
  const worker = new Worker(new URL('./fixtures/bus-worker.ts', import.meta.url), {
    type: 'module',
  });
  workers.push(worker);
  return new Promise((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<BusResult | string>) => resolve(event.data);
    worker.onerror = (event) => reject(new Error(event.message || 'the worker did not load'));
    worker.postMessage(job);
  });
}

suite('sel4/bus', () => {
  teardown(() => {
    for (const worker of workers.splice(0)) worker.terminate();
  });

  test('posted writes arrive in their order, with width and value', () => {
    const shared = createBusBuffer();
    const seen: string[] = [];
    const server = createBusServer(shared, {
      read: () => 0,
      write: (port, width, value) => void seen.push(`${port.toString(16)}:${width}:${value}`),
    });
    const client = createBusClient(shared, 3);
    client.write(0x3f5, 1, 0xab);
    client.write(0xcf8, 4, 0x80000000);
    client.write(0x1f0, 2, 0xffff);
    assert.deepEqual(seen, []);
    assert.equal(server.serveOnce(), 3);
    assert.deepEqual(seen, ['3f5:1:171', 'cf8:4:2147483648', '1f0:2:65535']);
    assert.equal(server.serveOnce(), 0);
  });

  test('the order of one client is kept where its ring goes round', () => {
    const shared = createBusBuffer();
    const seen: number[] = [];
    const server = createBusServer(shared, {
      read: () => 0,
      write: (_port, _width, value) => void seen.push(value),
    });
    const client = createBusClient(shared, 0);
    for (let i = 0; i < 1000; i++) {
      client.write(0x80, 4, i);
      if (i % 100 === 0) server.serveOnce();
    }
    while (server.serveOnce() > 0);
    assert.deepEqual(
      seen,
      Array.from({ length: 1000 }, (_, i) => i),
    );
  });

  test('a device that throws is one that does not answer, and the rest is served', async () => {
    const shared = createBusBuffer();
    let served = 0;
    const server = createBusServer(shared, {
      read: () => 0,
      write(port) {
        if (port === 1) throw new Error('broken device');
        served++;
      },
    });
    const client = createBusClient(shared, 0);
    client.write(1, 1, 0);
    client.write(2, 1, 0);
    assert.equal(server.serveOnce(), 2);
    assert.equal(served, 1);
  });

  test('reads flush earlier writes; two clients at once, nothing lost or mixed up', async () => {
    const shared = createBusBuffer();
    await startWorker({ shared, role: 'serve', client: 0, count: 0 });
    const results = await Promise.all(
      [1, 2].map((client) => startWorker({ shared, role: 'use', client, count: 5000 })),
    );
    for (const result of results as BusResult[]) {
      assert.deepEqual(result.values, [5000 & 0xff]);
      assert.equal(result.timeouts, 0);
    }
    assert.equal(busTimeouts(shared), 0);
  });

  test('nobody answers: all ones after two seconds, then at once, and it is counted', async () => {
    const shared = createBusBuffer();
    const job: BusJob = { shared, role: 'read', client: 4, count: 6 };
    const result = (await startWorker(job)) as BusResult;
    assert.deepEqual(result.values, [0xff, 0xffff, 0xffffffff, 0xff, 0xffff, 0xffffffff]);
    assert.isAbove(result.milliseconds, 1900);
    assert.isBelow(result.milliseconds, 3500);
    assert.equal(result.timeouts, 6);
    assert.equal(busTimeouts(shared), 6);
  });

  test('a full ring with nobody serving does not hang the writer', async () => {
    const shared = createBusBuffer();
    const result = (await startWorker({ shared, role: 'use', client: 5, count: 300 })) as BusResult;
    assert.isAtLeast(result.timeouts, 300);
    assert.isBelow(result.milliseconds, 10_000);
  });

  test('an answer that comes too late is not taken for the next one', async () => {
    const shared = createBusBuffer();
    const late = startWorker({ shared, role: 'read', client: 6, count: 1 });
    const first = (await late) as BusResult;
    assert.deepEqual(first.values, [0xff]);
    // The old request is answered now; the next client on this ring must wait for its own.
    const server = createBusServer(shared, { read: (_port, width) => width, write() {} });
    const next = startWorker({ shared, role: 'read', client: 6, count: 3 });
    const timer = setInterval(() => server.serveOnce(), 1);
    const result = (await next) as BusResult;
    clearInterval(timer);
    assert.deepEqual(result.values, [1, 2, 4]);
  });
});
