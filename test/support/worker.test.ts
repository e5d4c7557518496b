/** The test server gives out workers written in TypeScript, in pages that can share memory. */
import { assert } from 'chai';

suite('support/worker', () => {
  test('a module worker shares memory with its page', async () => {
    const url = new URL('./fixtures/echo-worker.ts', import.meta.url);
    const worker = new Worker(url, { type: 'module' });
    try {
      const shared = new SharedArrayBuffer(4);
      const answer = await new Promise<{ isolated: boolean }>((resolve, reject) => {
        worker.onmessage = (event: MessageEvent<{ isolated: boolean }>) => resolve(event.data);
        worker.onerror = () => reject(new Error('the worker did not load'));
        worker.postMessage(shared);
      });
      assert.isTrue(answer.isolated);
      assert.equal(new Int32Array(shared)[0], 1);
    } finally {
      worker.terminate();
    }
  });
});
