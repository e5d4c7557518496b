/** The shared suite of driver programs on the real system (driver-suite.ts). */
import { assert } from 'chai';
import { driverRegistry } from '../../drivers/registry.ts';
import { NtDeviceIoControlFile } from '../../personality/ntdll/native.ts';
import { driverImage } from '../../personality/wdm/index.ts';
import { bootClientRig, type ClientRig } from '../ntos/io-client.ts';
import {
  ANSWER,
  answerOf,
  IOCTL_SUITE,
  programs,
  SUITE_DEVICE,
  SUITE_HARDWARE,
  suiteEntry,
} from './driver-suite.ts';

suite('wdm: the suite of driver programs, on the system', function () {
  this.timeout(60_000);
  let rig: ClientRig;

  suiteSetup(async () => {
    const entry = { image: 'suite.sys', counterName: 'suite', ...SUITE_HARDWARE };
    const images = { 'suite.sys': driverImage(suiteEntry) };
    rig = await bootClientRig([], { drivers: { ...driverRegistry, suite: entry } }, images);
    await rig.run('loaddrv suite');
  });
  suiteTeardown(() => rig.end());

  for (const [index, { name, finds }] of programs.entries())
    test(name, async () => {
      const output = await rig.client(async (client) => {
        const handle = await client.opened(SUITE_DEVICE);
        const input = Uint8Array.of(index);
        const request = { handle, code: IOCTL_SUITE, input, outputLength: ANSWER };
        const answer = await NtDeviceIoControlFile(client.process, request);
        await client.close(handle);
        return answer.output;
      });
      assert.deepEqual(rig.faults, []);
      assert.deepEqual(answerOf(output), finds);
    });
});
