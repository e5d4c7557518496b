/** The kernel's trace, from the kernel to the page: what a command makes the kernel do. */
import { assert } from 'chai';
import type { TraceRecord } from '../../personality/sel4/types.ts';
import { traceRecords } from '../../web/host/trace.ts';
import { makeImage } from '../support/mtools.ts';
import { type Rig, bootRig } from '../support/rig.ts';

suite('system/trace', function () {
  this.timeout(60_000);
  let rig: Rig;

  setup(async () => {
    rig = await bootRig({ disks: [await makeImage({ kib: 1440, files: {} })] });
  });

  teardown(() => rig.end());

  test('a dir shows messages, switches and interrupts, in order; then it is off again', async () => {
    const seen: TraceRecord[] = [];
    let dir: Promise<unknown> | undefined;
    for await (const record of traceRecords((request) => rig.ask(request))) {
      seen.push(record);
      dir ??= rig.run('dir');
      if (seen.length >= 600) break;
    }
    await dir;
    const kinds = new Set(seen.map(({ kind }) => kind));
    assert.includeMembers([...kinds], ['switch', 'send', 'receive', 'signal', 'irq']);
    assert.isFalse(kinds.has('unknown'));
    seen.slice(1).forEach(({ sequence }, i) => {
      assert.isAbove(sequence, seen[i]?.sequence ?? 0);
    });
    const read = async () => (await rig.ask({ op: 'trace', action: 'read' }))?.records;
    while ((await read())?.length);
    await rig.run('dir');
    assert.deepEqual(await read(), []);
  });
});
