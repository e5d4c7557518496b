/** An image that leaves the machine's worker leaves nothing there. */
import { assert } from 'chai';
import { expose, wrap } from 'comlink';
import { handingOver } from '../../web/host/handing-over.ts';
import type { MachineControl } from '../../web/host/protocol.ts';
import { pattern } from '../element/fixture.ts';

suite('host/handing-over', () => {
  let medium: Uint8Array | undefined;
  let copies: Uint8Array[] = [];
  let { port1, port2 } = new MessageChannel();

  const control = {
    eject: async () => medium,
    image() {
      const copy = medium?.slice();
      if (copy) copies.push(copy);
      return copy;
    },
  } as unknown as MachineControl;

  setup(() => {
    [medium, copies] = [pattern(1), []];
    ({ port1, port2 } = new MessageChannel());
    expose(handingOver(control), port1);
  });

  teardown(() => port2.close());

  test('eject', async () => {
    assert.deepEqual(await wrap<MachineControl>(port2).eject(0), pattern(1));
    assert.equal(medium!.length, 0);
  });

  test('a copy of what is in the drive', async () => {
    assert.deepEqual(await wrap<MachineControl>(port2).image(0), pattern(1));
    assert.deepEqual(medium, pattern(1));
    assert.deepEqual(
      copies.map(({ length }) => length),
      [0],
    );
  });

  test('an empty drive', async () => {
    medium = undefined;
    assert.isUndefined(await wrap<MachineControl>(port2).eject(0));
    assert.isUndefined(await wrap<MachineControl>(port2).image(0));
  });
});
