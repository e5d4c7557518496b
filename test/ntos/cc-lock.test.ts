/** Locks for coroutines: whoever gives up while he waits holds nothing, and harms nobody. */
import { assert } from 'chai';
import { Mutex } from '../../personality/ntos/cc/lock.ts';
import { Coroutines, Waitable } from '../../personality/rtl/coroutines.ts';

suite('ntos/cc: locks', () => {
  for (const first of ['given up', 'released'])
    test(`one who gives up as the lock is released, ${first} first`, async () => {
      const coroutines = new Coroutines(() => 0);
      const mutex = new Mutex(() => new Waitable(coroutines));
      const cancels = new Set<() => void>();
      const got: Record<string, boolean> = {};
      const acquire = (name: string, scope?: Set<() => void>) =>
        void coroutines.spawn(async () => (got[name] = await mutex.acquire(scope)));
      acquire('holder');
      acquire('gives up', cancels);
      acquire('waits');
      await coroutines.drain();
      const giveUp = () => cancels.forEach((cancel) => cancel());
      const release = () => mutex.release();
      await coroutines.spawn(async () => {
        for (const each of first === 'released' ? [release, giveUp] : [giveUp, release]) each();
      });
      await coroutines.drain();
      if (got['gives up']) mutex.release();
      await coroutines.drain();
      assert.deepEqual(got, { holder: true, 'gives up': first === 'released', waits: true });
      mutex.release();
      assert.isFalse(mutex.held);
    });
});
