/**
 * Several processors, each a worker: round trips, idling, loading, and processors that go wrong.
 */
import { assert } from 'chai';
import { runSystem } from './fixtures/system.ts';

suite('sel4/processors', () => {
  for (const policy of ['block', 'yield'] as const) {
    for (const scenario of ['ping-pong', 'ping-pong-yield']) {
      test(`round trips: root ${policy}, ${scenario}`, async () => {
        const result = await runSystem({ scenario, policy, rounds: 20_000 });
        assert.equal(result.processor, 1);
        assert.isAtLeast(Number(result.ipc), 40_000);
        // Far from the goal, near enough to show a processor that waits for a timer.
        assert.isBelow(Number(result.busy), 1000);
        assert.isBelow(Number(result.idle), 20_000);
      });
    }
  }

  test('no wake-up is lost in 100,000 round trips, block to block', async () => {
    const result = await runSystem({ scenario: 'hammer', policy: 'block', rounds: 100_000 });
    assert.equal(result.rounds, 100_000);
  }).timeout(60_000);

  test('nor where both leave their event loops turning', async () => {
    const result = await runSystem({ scenario: 'hammer-yield', policy: 'yield', rounds: 20_000 });
    assert.equal(result.rounds, 20_000);
  }).timeout(60_000);

  test('a processor that hangs is released, and the system goes on', async () => {
    const result = await runSystem({ scenario: 'hung', spares: 2 });
    assert.sameMembers([result.first, result.second], [1, 2]);
  });

  test('a processor that dies is reported, and the system goes on', async () => {
    const result = await runSystem({ scenario: 'lost', spares: 2 });
    assert.equal(result.kind, 'lost');
    assert.equal(result.lost, result.first);
    assert.equal(result.reason, 'the worker died');
  });

  test('an image that cannot be made leaves the processor spare', async () => {
    const result = await runSystem({ scenario: 'broken' });
    assert.deepEqual(result, { kind: 'failed', reason: 'this image cannot be made', same: 1 });
  });

  test('a thread stopped and resumed from another processor loses no call', async () => {
    const result = await runSystem({ scenario: 'stop-and-go', policy: 'block', rounds: 3000 });
    assert.equal(result.rounds, 3000);
  });

  test('what cannot be loaded is refused at once', async () => {
    const result = await runSystem({ scenario: 'refusals' });
    assert.equal(result.processor, 1);
    assert.deepEqual([result.none, result.wrong, result.empty, result.long], [-1, -1, -1, -1]);
    assert.isAtLeast(Number(result.counters), 3);
  });
});
