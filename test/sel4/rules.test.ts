/** What a thread may do with its objects, and what cannot be reached through them. */
import { assert } from 'chai';
import {
  RuleError,
  seL4_InvalidCapability,
  seL4_Recv,
  seL4_Signal,
  seL4_Yield,
} from '../../personality/sel4/index.ts';
import type { Entry, Thread } from '../../personality/sel4/index.ts';
import { boot } from './fixtures/boot.ts';

suite('sel4/rules', () => {
  test('a thread object works only while its thread is current', async () => {
    let stolen: Thread | undefined;
    const other: Entry = async (thread, [endpoint]) => {
      stolen = thread;
      await seL4_Recv(thread, endpoint);
    };
    await boot(
      async ({ kit, thread }) => {
        const endpoint = kit.endpoint();
        kit.spawn({ ip: 1, args: [endpoint], priority: 255 });
        await seL4_Yield(thread);
        const alien = stolen as Thread;
        const window = alien.window(0x40_0000, 4096, false);
        assert.throws(() => alien.getMR(0), RuleError);
        assert.throws(() => alien.setMR(0, 1), RuleError);
        assert.throws(() => alien.badge, RuleError);
        assert.throws(() => seL4_Signal(alien, endpoint), RuleError);
        assert.throws(() => alien.invoke(1, 0), RuleError);
        assert.throws(() => window.getUint8(0), RuleError);
        assert.throws(() => thread.window(0, 8, true).copyTo(0, window, 0, 4), RuleError);
      },
      [other],
    );
  });

  test('invoke refuses endpoints and notifications, and says what else is wrong', async () => {
    await boot(async ({ kit, thread }) => {
      // The root's CSpace resolves 16 bits: a longer address is no slot at all.
      for (const cptr of [kit.endpoint(), kit.notification(), 0x10000]) {
        assert.throws(() => thread.invoke(cptr, 0), RuleError);
      }
      for (const cptr of [kit.slot(), 0]) {
        assert.equal(thread.invoke(cptr, 0) >>> 12, seL4_InvalidCapability);
      }
    });
  });

  test('nothing leads from a thread or a window to memory, and neither can be changed', async () => {
    await boot(async ({ thread }) => {
      const window = thread.window(0x40_0000, 16, false);
      for (const object of [thread, window] as object[]) {
        assert.isTrue(Object.isFrozen(object));
        const prototype = Object.getPrototypeOf(object) as object;
        assert.isTrue(Object.isFrozen(prototype));
        assert.isFalse(Object.hasOwn(prototype, 'constructor'));
        for (const key of Reflect.ownKeys(object)) {
          assert.notEqual(typeof Reflect.get(object, key), 'object', String(key));
        }
      }
      assert.isFalse(window.read(0, 16).buffer instanceof SharedArrayBuffer);
    });
  });

  test('replaced platform functions are not called with kernel memory', async () => {
    const seen: string[] = [];
    const prototype = Object.getPrototypeOf(Uint8Array.prototype) as Record<string, unknown>;
    const names = ['set', 'fill', 'copyWithin', 'slice', 'subarray'];
    const old = names.map((name) => prototype[name]);
    const { load } = Atomics;
    try {
      await boot(async ({ kit, thread }) => {
        kit.map(kit.make(5, 12, true), 0x2000_0000, 3);
        for (const name of names) {
          prototype[name] = () => void seen.push(name);
        }
        Atomics.load = (() => seen.push('load')) as unknown as typeof Atomics.load;
        const window = thread.window(0x2000_0000, 4096, true);
        window.write(0, new Uint8Array(200));
        window.fill(0, 100, 1);
        window.copyTo(0, window, 100, 50);
        window.read(0, 300);
        await seL4_Yield(thread);
      });
    } finally {
      names.forEach((name, i) => (prototype[name] = old[i]));
      Atomics.load = load;
    }
    assert.deepEqual(seen, []);
  });
});
