/** The kernel's trace, from the kernel to the page: what a command makes the kernel do. */
import { assert } from 'chai';
import { querySystem } from '../../personality/ntdll/files.ts';
import { NtSetSystemInformation } from '../../personality/ntdll/native.ts';
import { unpackRecord, type WatchAnswer } from '../../personality/rtl/watchanswer.ts';
import { SystemCounterInformation, SystemTraceInformation } from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { WatchedRecord } from '../../web/host/agent-protocol.ts';
import { traceRecords } from '../../web/host/trace.ts';
import { makeImage } from '../support/mtools.ts';
import { bootClientRig, type ClientRig } from '../ntos/io-client.ts';

suite('system/trace', function () {
  this.timeout(60_000);
  let rig: ClientRig;

  setup(async () => {
    rig = await bootClientRig([await makeImage({ kib: 1440, files: {} })]);
  });

  teardown(() => rig.end());

  test('a dir shows messages, switches and interrupts, in order; then it is off again', async () => {
    const seen: WatchedRecord[] = [];
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

  test('a program switches it on and off, and nothing else', () =>
    rig.client(async ({ process }) => {
      const set = async (value: number, which: number = SystemTraceInformation) =>
        statusName((await NtSetSystemInformation(process, { class: which, value })).status);
      const read = async () =>
        ((await querySystem(process, SystemTraceInformation)) as WatchAnswer).records.map(
          unpackRecord,
        );
      assert.deepEqual(await read(), [], 'off from the start');
      for (const which of [SystemCounterInformation, 0, 0xffff_ffff])
        assert.equal(await set(1, which), 'STATUS_INVALID_INFO_CLASS');
      for (const value of [2, 0xffff_ffff])
        assert.equal(await set(value), 'STATUS_INVALID_PARAMETER');
      assert.deepEqual(await read(), [], 'none of this switched it on');
      assert.equal(await set(1), 'STATUS_SUCCESS');
      assert.equal(await set(2), 'STATUS_INVALID_PARAMETER');
      const first = await read();
      assert.isNotEmpty(first);
      // On again: what was not read before is not told of.
      assert.equal(await set(1), 'STATUS_SUCCESS');
      const second = await read();
      assert.isAbove(second[0]!.sequence, first.at(-1)!.sequence + 1);
      assert.equal(await set(0), 'STATUS_SUCCESS');
      while ((await read()).length);
      assert.equal(await set(0), 'STATUS_SUCCESS', 'off already');
      assert.deepEqual(await read(), []);
    }));
});
