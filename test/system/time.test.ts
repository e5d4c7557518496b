/**
 * A system whose time is held: nothing happens meanwhile, a step is one step, no timeout passes,
 * and what was recorded is the session as if it had never been held.
 */
import { assert } from 'chai';
import type { TimeRequest, TimeState } from '../../web/host/record/types.ts';
import {
  bootRecorded,
  type LiveSession,
  replaySession,
  tourDisk,
} from '../support/recorded-session.ts';
import { inTask, pause } from '../support/in-task.ts';

const line = (text: string): Uint8Array => new TextEncoder().encode(`${text}\r`);

async function atPrompt(): Promise<LiveSession> {
  const session = await bootRecorded();
  await inTask(() => session.start());
  const disk = await tourDisk();
  await inTask(() => session.control.insert(0, disk, false));
  await session.prompt();
  return session;
}

const asked = (session: LiveSession, request: TimeRequest): Promise<TimeState> =>
  inTask(() => session.time.ask(request));

/** It replays to what it is now. */
async function sameAgain(session: LiveSession): Promise<void> {
  const recording = await inTask(() => session.recording());
  const { entries, hash } = session.system.witness;
  const now = { entries: entries(), hash: hash() };
  const { differsAt, why, ...again } = await replaySession(recording);
  assert.isUndefined(differsAt, why);
  assert.deepEqual({ entries: again.entries, hash: again.hash }, now);
}

suite('system/time', function () {
  this.timeout(120_000);

  let session: LiveSession;
  setup(async () => {
    session = await atPrompt();
  });
  teardown(() => session.system.stop());

  test('held, nothing happens, and what is asked waits until it goes on', async () => {
    const state = await asked(session, { do: 'pause' });
    assert.isTrue(state.paused);
    let answered = false;
    const answer = inTask(() => session.ask({ op: 'exec', line: 'ver' })).then(
      () => (answered = true),
    );
    void inTask(() => session.control.type(line('dir')));
    await pause(100);
    assert.isFalse(answered);
    assert.equal(session.system.witness.entries(), state.entry);
    await sameAgain(session);
    assert.isFalse((await asked(session, { do: 'resume' })).paused);
    await answer;
    await session.prompt();
    assert.isTrue(answered);
    await asked(session, { do: 'pause' });
    await sameAgain(session);
  });

  test('a step by entries is a few entries; at each the session so far replays', async () => {
    await asked(session, { do: 'pause' });
    void inTask(() => session.control.type(line('type /n README.TXT')));
    let last = session.system.witness.entries();
    for (let step = 0; step < 60; step++) {
      const { entry, paused } = await asked(session, { do: 'step' });
      assert.isTrue(paused);
      assert.isAbove(entry, last);
      assert.isBelow(entry, last + 400);
      last = entry;
      if (step % 10 === 0) await sameAgain(session);
    }
    await asked(session, { do: 'resume' });
    await session.shown('Long names', 60_000);
    await session.prompt(60_000);
    await asked(session, { do: 'pause' });
    await sameAgain(session);
  });

  test('a message is one message; a command ends when it ends', async () => {
    await asked(session, { do: 'pause' });
    void inTask(() => session.control.type(line('ver')));
    const count = (): number => session.system.processor.counters()['kernel.ipc']!;
    const before = count();
    await asked(session, { do: 'step', until: 'message' });
    assert.isAbove(count(), before);
    assert.isBelow(count(), before + 4);
    await asked(session, { do: 'step', until: 'command' });
    await sameAgain(session);
    const { entry } = await asked(session, {});
    void inTask(() => session.ask({ op: 'exec', line: 'ver' }));
    assert.isAbove((await asked(session, { do: 'step', until: 'command' })).entry, entry + 50);
    await sameAgain(session);
  });

  test('no time passes for it while it is held, and little while it is slow', async () => {
    await asked(session, { do: 'pause' });
    const held = session.time.now();
    await pause(50);
    assert.equal(session.time.now(), held);
    await asked(session, { do: 'resume' });
    await asked(session, { do: 'slow', times: 100 });
    const [before, start] = [session.time.now(), performance.now()];
    const answer = await inTask(() => session.ask({ op: 'exec', line: 'ver' }));
    assert.property(answer, 'result');
    assert.isBelow(session.time.now() - before, (performance.now() - start) / 10);
    await asked(session, { do: 'slow', times: 1 });
    await asked(session, { do: 'pause' });
    await sameAgain(session);
  });

  test('a step over a program that calls and calls ends: the clock goes while one event is done', async () => {
    await asked(session, { do: 'pause' });
    // It calls until another thread has slept three milliseconds.
    void inTask(() => session.ask({ op: 'exec', line: 'start /wait lab race 3' }));
    const { entry } = await asked(session, { do: 'step', until: 'command' });
    assert.equal(session.system.witness.entries(), entry);
    const held = session.time.now();
    await pause(20);
    assert.equal(session.time.now(), held);
    await sameAgain(session);
  });

  test('a step that waits for something ends when it is held, or let go', async () => {
    const { entry } = await asked(session, { do: 'pause' });
    const step = asked(session, { do: 'step', until: { counter: 'kernel.nothing' } });
    await pause(20);
    await asked(session, { do: 'pause' });
    assert.isAtLeast((await step).entry, entry);
    await asked(session, { do: 'resume' });
    assert.property(await inTask(() => session.ask({ op: 'exec', line: 'ver' })), 'result');
  });
});
