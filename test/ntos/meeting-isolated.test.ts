/** Where processes meet, each on a processor of its own (meeting-images.ts). */
import { assert } from 'chai';
import { IsolatedSystem } from './core-isolated-system.ts';

suite('ntos/isolated: where processes meet', () => {
  test('a section, MDLs, a pipe, a mailslot and impersonation between processors', async () => {
    const kernel = await WebAssembly.compileStreaming(fetch('/build/kernel.wasm'));
    const system = new IsolatedSystem(kernel, 'meeting');
    try {
      assert.deepEqual(await system.result<unknown>(), {
        said: ['as myself', 'as less', 'by slot'],
        done: ['STATUS_SUCCESS', 'STATUS_ACCESS_DENIED'],
        turned: true,
        client: 0x77,
        disk: true,
      });
      assert.deepEqual(
        system.told.filter(({ kind }) => kind === 'fault'),
        [],
      );
    } finally {
      system.end();
    }
  }).timeout(90_000);
});
