/** A processor that blocks: a long sleep becomes a rest, in which its worker's event loop turns. */
import { assert } from 'chai';

const WAKE = 0;
const SLEEPING = 1;

suite('sel4/rest', function () {
  this.timeout(20_000);

  test('a sleep that nobody ends goes on without blocking, and can be ended still', async () => {
    const memory = new WebAssembly.Memory({ initial: 8, maximum: 8, shared: true });
    const words = new Int32Array(memory.buffer);
    const url = new URL('./fixtures/rest-worker.ts', import.meta.url);
    const worker = new Worker(url, { type: 'module' });
    const said: string[] = [];
    const next = (): Promise<string> =>
      new Promise((resolve, reject) => {
        worker.onmessage = (event: MessageEvent<string>) => resolve(event.data);
        worker.onerror = (event) => reject(new Error(event.message));
      });
    try {
      const rested = next();
      worker.postMessage(memory);
      said.push(await rested);
      assert.notEqual(Atomics.load(words, SLEEPING), 0);
      // It takes messages now, as the browser's own that tidy up.
      const answered = next();
      worker.postMessage('are you there?');
      said.push(await answered);
      const woken = next();
      Atomics.add(words, WAKE, 1);
      Atomics.notify(words, WAKE);
      said.push(await woken);
      assert.deepEqual(said, ['rests', 'answers', 'wakes']);
    } finally {
      worker.terminate();
    }
  });
});
