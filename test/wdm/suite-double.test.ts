/** The shared suite of driver programs on the test double (driver-suite.ts). */
import { assert } from 'chai';
import { IRP_MJ_DEVICE_CONTROL } from '../../personality/rtl/irp.ts';
import { createMachine } from '../../web/machine/index.ts';
import { FakeExecutive } from '../support/fake-executive.ts';
import {
  ANSWER,
  answerOf,
  IOCTL_SUITE,
  programs,
  SUITE_DEVICE,
  SUITE_HARDWARE,
  suiteEntry,
} from './driver-suite.ts';

suite('wdm: the suite of driver programs, on the double', () => {
  let executive: FakeExecutive;

  suiteSetup(async () => {
    const { ports, interrupts, dma, memory } = SUITE_HARDWARE;
    executive = new FakeExecutive({
      machine: createMachine(),
      image: 'suite.sys',
      ports: [...ports],
      interrupts: [...interrupts],
      dma: [...dma],
      memory: [...memory],
    });
    assert.equal(await executive.start(suiteEntry), 0);
  });

  for (const [index, { name, finds }] of programs.entries())
    test(name, async () => {
      const parameters = { code: IOCTL_SUITE, input: Uint8Array.of(index), outputLength: ANSWER };
      const { result } = await executive.request<'device_control'>(
        SUITE_DEVICE,
        IRP_MJ_DEVICE_CONTROL,
        parameters,
      );
      assert.isUndefined(executive.crash);
      assert.deepEqual(answerOf(result.output), finds);
    });
});
