/**
 * Random waits and signals against a model of NT's rules that is as simple as it can be: objects
 * are counts, waits are records in one list in order of arrival, and after each signal the list is
 * gone through from the front, as often as something can be satisfied.
 *
 * Compared after each step: who has been released with which status, and the state of every object.
 * So no wake-up is lost, none comes twice, nobody overtakes, and a wait for all takes everything or
 * nothing.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import type { Dispatcher } from '../../../personality/ntos/ke/wait/dispatcher.ts';
import { KEvent } from '../../../personality/ntos/ke/wait/event.ts';
import { KMutant } from '../../../personality/ntos/ke/wait/mutant.ts';
import { KSemaphore } from '../../../personality/ntos/ke/wait/semaphore.ts';
import { NotificationEvent, SynchronizationEvent } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { endThread, makeRig, makeThread } from './rig.ts';
import type { FakeThread, Waiting } from './rig.ts';

const { STATUS_TIMEOUT, STATUS_ALERTED, STATUS_ABANDONED_WAIT_0 } = Status;
const ENDED = Status.STATUS_THREAD_IS_TERMINATING;
const LIMIT = 3;
const THREADS = 5;
const kinds = ['manual', 'auto', 'semaphore', 'mutant', 'manual', 'auto', 'mutant'] as const;

/** An object of the model. A mutant's `count` is how often its owner holds it. */
interface Thing {
  readonly kind: (typeof kinds)[number];
  count: number;
  owner: number | undefined;
  abandoned: boolean;
}

interface Pending {
  readonly thread: number;
  readonly objects: readonly number[];
  readonly all: boolean;
  readonly alertable: boolean;
  readonly due: number;
}

class Model {
  readonly things: Thing[] = kinds.map((kind) => ({
    kind,
    count: 0,
    owner: undefined,
    abandoned: false,
  }));
  readonly statuses = new Array<number | undefined>(THREADS).fill(undefined);
  readonly alerted = new Array<boolean>(THREADS).fill(false);
  waits: Pending[] = [];

  #open(index: number, thread: number): boolean {
    const { kind, count, owner } = this.things[index]!;
    return kind === 'mutant' ? count === 0 || owner === thread : count > 0;
  }

  #take(index: number, thread: number): number {
    const thing = this.things[index]!;
    const abandoned = thing.abandoned ? STATUS_ABANDONED_WAIT_0 : 0;
    thing.abandoned = false;
    if (thing.kind === 'auto') thing.count = 0;
    if (thing.kind === 'semaphore') thing.count--;
    if (thing.kind === 'mutant') {
      thing.count++;
      thing.owner = thread;
    }
    return abandoned;
  }

  #satisfy({ thread, objects, all }: Pending): number | undefined {
    if (all) {
      if (!objects.every((index) => this.#open(index, thread))) return undefined;
      return objects.reduce((status, index) => Math.max(status, this.#take(index, thread)), 0);
    }
    const at = objects.findIndex((index) => this.#open(index, thread));
    return at < 0 ? undefined : at + this.#take(objects[at]!, thread);
  }

  #end(wait: Pending, status: number): void {
    this.waits = this.waits.filter((other) => other !== wait);
    this.statuses[wait.thread] = status;
  }

  /** From the front, until nobody is satisfied any more. */
  #settle(): void {
    for (const wait of this.waits) {
      const status = this.#satisfy(wait);
      if (status === undefined) continue;
      this.#end(wait, status);
      return this.#settle();
    }
  }

  wait(wait: Pending, now: number): void {
    this.statuses[wait.thread] = undefined;
    const status = this.#satisfy(wait);
    if (status !== undefined) this.statuses[wait.thread] = status;
    else if (wait.alertable && this.alerted[wait.thread]) {
      this.alerted[wait.thread] = false;
      this.statuses[wait.thread] = STATUS_ALERTED;
    } else if (wait.due <= now) this.statuses[wait.thread] = STATUS_TIMEOUT;
    else this.waits.push(wait);
  }

  signal(index: number, thread: number): void {
    const thing = this.things[index]!;
    if (thing.kind === 'mutant') {
      if (thing.owner !== thread) return;
      if (--thing.count === 0) thing.owner = undefined;
    } else thing.count = Math.min(thing.kind === 'semaphore' ? LIMIT : 1, thing.count + 1);
    this.#settle();
  }

  reset(index: number): void {
    const thing = this.things[index]!;
    if (thing.kind === 'manual' || thing.kind === 'auto') thing.count = 0;
  }

  alert(thread: number): void {
    const wait = this.waits.find((each) => each.thread === thread && each.alertable);
    if (wait) this.#end(wait, STATUS_ALERTED);
    else this.alerted[thread] = true;
  }

  endThread(thread: number): void {
    const wait = this.waits.find((each) => each.thread === thread);
    if (wait) this.#end(wait, ENDED);
    for (const thing of this.things) {
      if (thing.kind !== 'mutant' || thing.owner !== thread) continue;
      thing.count = 0;
      thing.owner = undefined;
      thing.abandoned = true;
      this.#settle();
    }
    this.alerted[thread] = false;
  }

  pass(now: number): void {
    for (const wait of this.waits) if (wait.due <= now) this.#end(wait, STATUS_TIMEOUT);
  }
}

const thing = fc.nat(kinds.length - 1);
const thread = fc.nat(THREADS - 1);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('wait' as const),
      thread,
      objects: fc.uniqueArray(thing, { minLength: 1, maxLength: 4 }),
      all: fc.boolean(),
      alertable: fc.boolean(),
      timeout: fc.constantFrom(0, 10, 30, Infinity, Infinity),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ what: fc.constant('signal' as const), object: thing, thread }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('reset' as const), object: thing }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('alert' as const), thread }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('end' as const), thread }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('pass' as const), micros: fc.nat(25) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function makeObject(kind: Thing['kind']): Dispatcher {
  if (kind === 'semaphore') return new KSemaphore(0, LIMIT);
  if (kind === 'mutant') return new KMutant();
  return new KEvent(kind === 'auto' ? SynchronizationEvent : NotificationEvent);
}

class Real {
  readonly rig = makeRig();
  readonly objects = kinds.map(makeObject);
  readonly threads: FakeThread[] = Array.from({ length: THREADS }, (_, n) => makeThread(`${n}`));
  readonly waits: (Waiting | undefined)[] = new Array<undefined>(THREADS).fill(undefined);

  isWaiting(index: number): boolean {
    const waiting = this.waits[index];
    return waiting !== undefined && waiting.status === undefined;
  }

  signal(index: number, thread: number): void {
    const object = this.objects[index]!;
    if (object instanceof KEvent) object.set();
    else if (object instanceof KSemaphore) object.release(1);
    else (object as KMutant).release(this.threads[thread]!);
  }

  states(): unknown[] {
    return this.objects.map((object) => {
      if (object instanceof KEvent) return object.signalled ? 1 : 0;
      if (object instanceof KSemaphore) return object.count;
      const { state, owner, abandoned } = object as KMutant;
      return [1 - state, owner && this.threads.indexOf(owner as FakeThread), abandoned];
    });
  }
}

async function apply(real: Real, model: Model, given: Step): Promise<void> {
  const { rig, threads } = real;
  switch (given.what) {
    case 'wait': {
      const { thread: who, objects, all, alertable, timeout } = given;
      if (real.isWaiting(who)) return;
      model.wait({ thread: who, objects, all, alertable, due: rig.now + timeout }, rig.now);
      const things = objects.map((index) => real.objects[index]!);
      real.waits[who] = rig.wait(threads[who]!, things, { all, alertable, timeout });
      return;
    }
    case 'signal':
      model.signal(given.object, given.thread);
      return real.signal(given.object, given.thread);
    case 'reset': {
      model.reset(given.object);
      const object = real.objects[given.object];
      if (object instanceof KEvent) object.reset();
      return;
    }
    case 'alert': {
      model.alert(given.thread);
      const target = threads[given.thread]!;
      if (target.interrupt) target.interrupt(STATUS_ALERTED);
      else target.alerted = true;
      return;
    }
    case 'end':
      model.endThread(given.thread);
      endThread(threads[given.thread]!);
      threads[given.thread]!.alerted = false;
      return;
    default:
      await rig.pass(given.micros);
      model.pass(rig.now);
  }
}

suite('ntos/ke/wait against a model', () => {
  test('random waits and signals', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const real = new Real();
        const model = new Model();
        for (const each of steps) {
          await apply(real, model, each);
          await real.rig.drain();
          const statuses = real.waits.map((waiting) => waiting?.status);
          assert.deepEqual(statuses, model.statuses, each.what);
          const expected = model.things.map(({ kind, count, owner, abandoned }) =>
            kind === 'mutant' ? [count, owner, abandoned] : count,
          );
          assert.deepEqual(real.states(), expected, each.what);
        }
        const blocks = real.objects.reduce((sum, object) => sum + object.waiting, 0);
        const places = model.waits.reduce((sum, { objects }) => sum + objects.length, 0);
        assert.equal(blocks, places, 'no block is left behind');
      }),
      { numRuns: 600 },
    );
  });
});
