/** What the Executive keeps running, with images and faults of the test's own (topology single). */
import { assert } from 'chai';
import { callService } from '../../personality/ntdll/call.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import { RESTART_WINDOW, RestartLimit, RESTARTS } from '../../personality/rtl/restarts.ts';
import { TIMEOUT_INFINITE } from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { SystemError } from '../../web/host/system.ts';
import { bootExecutive, until } from '../ntos/core-fixture.ts';
import { makeImage } from '../support/mtools.ts';
import { bootRig } from '../support/rig.ts';

const sleeper = nativeImage(async (process) => {
  await callService(process, 'NtDelayExecution', { alertable: false, interval: TIMEOUT_INFINITE });
  return 0;
});

suite('system/critical processes', function () {
  this.timeout(60_000);

  test('an exception that nobody catches in the agent: an error, a new agent, again and again', async () => {
    const rig = await bootRig({ disks: [await makeImage({ kib: 1440 })] });
    await rig.prompt();
    const { queue } = rig;
    const take = queue.take.bind(queue);
    for (let times = 1; times <= 3; times++) {
      queue.take = () => {
        const item = take();
        if (!item) return undefined;
        queue.take = take;
        throw new Error('a fault of the agent itself');
      };
      const error = await rig.exec('dir').catch((reason: unknown) => reason);
      assert.instanceOf(error, SystemError);
      assert.equal((error as SystemError).status, Status.STATUS_PROCESS_IS_TERMINATING);
      assert.equal((await rig.exec('dir')).status, 0);
    }
    const status = Status.STATUS_UNHANDLED_EXCEPTION;
    assert.deepEqual(
      rig.faults,
      new Array(3).fill({ image: 'agent.exe', status, restarted: true }),
    );
    rig.end();
  });

  test('nonsense that reaches the agent is an answer', async () => {
    const rig = await bootRig({ disks: [await makeImage({ kib: 1440 })] });
    const nonsense: unknown[] = [
      undefined,
      null,
      7,
      {},
      { op: 'none' },
      { op: 'constructor' },
      { op: 'exec' },
      { op: 'exec', line: null },
      { op: 'writeFile', path: 'A:\\X', data: 'text' },
      { op: 'writeFile', path: 'A:\\X', data: new Uint16Array(3) },
      { op: 'list', path: 5 },
      { op: 'flush', drive: 'nowhere' },
      { op: 'trace', action: 'explode' },
    ];
    for (const request of nonsense) {
      const answer = await rig.queue.ask(request as never);
      assert.isTrue('error' in answer, JSON.stringify(request));
      if ('error' in answer)
        assert.equal(answer.error.status, Status.STATUS_INVALID_PARAMETER, answer.error.message);
    }
    assert.notProperty(await rig.counters(), 'ps.restart.agent');
    rig.end();
  });

  test('nobody but the Executive makes an agent or a session manager', async () => {
    const got: number[] = [];
    const names = ['agent.exe', 'AGENT.EXE', '\\??\\BootModules\\agent.exe', 'smss.exe'];
    const smss = nativeImage(async (process) => {
      for (const image of names)
        got.push(
          (await callService(process, 'NtCreateProcess', { image, commandLine: '' })).status,
        );
      await callService(process, 'NtDelayExecution', {
        alertable: false,
        interval: TIMEOUT_INFINITE,
      });
      return 0;
    });
    const images = { 'smss.exe': smss, 'agent.exe': sleeper };
    const options = { hostImages: ['agent.exe'], criticalImages: ['smss.exe'] };
    await bootExecutive({ images, options }, async () => {
      await until('all were asked', () => got.length === names.length);
      assert.deepEqual(got, new Array(names.length).fill(Status.STATUS_ACCESS_DENIED));
    });
  });

  test('a critical process that always fails at once is a panic that names it', async () => {
    const images = {
      'smss.exe': nativeImage(async () => {
        throw new TypeError('always');
      }),
    };
    await bootExecutive({ images, options: { criticalImages: ['smss.exe'] } }, async (booted) => {
      await until('panic', () => booted.panics.length > 0);
      assert.match(booted.panics[0]!, /^smss\.exe ended more than 10 times within 30 seconds: /);
      assert.lengthOf(booted.faults, RESTARTS + 1);
    });
  });

  test('one that cannot be started again is a panic', async () => {
    const images: Record<string, typeof sleeper> = { 'smss.exe': sleeper };
    const options = { criticalImages: ['smss.exe'] };
    await bootExecutive({ images, options }, async ({ executive, inside, panics }) => {
      await until('smss runs', () => executive.ps.processes()[0]?.state === 'running');
      delete images['smss.exe'];
      await inside(() => executive.ps.terminate(executive.ps.processes()[0]!, 1));
      await until('panic', () => panics.length > 0);
      assert.match(panics[0]!, /^smss\.exe: .*STATUS_DLL_NOT_FOUND/);
    });
  });

  test('an end during a shutdown restarts nothing, until the shutdown is given up', async () => {
    const options = { criticalImages: ['smss.exe'] };
    await bootExecutive({ images: { 'smss.exe': sleeper }, options }, async (booted) => {
      const { executive, inside, faults } = booted;
      const writable = executive as {
        -readonly [K in keyof typeof executive]: (typeof executive)[K];
      };
      await until('smss runs', () => executive.ps.processes()[0]?.state === 'running');
      await inside(() => {
        writable.stopping = true;
        executive.ps.terminate(executive.ps.processes()[0]!, 0);
      });
      assert.deepEqual(executive.ps.processes(), []);
      assert.deepEqual(faults, []);
      await inside(() => void (writable.stopping = false));
      await until('smss runs again', () => executive.ps.processes()[0]?.state === 'running');
    });
  });

  test('the limit forgets what lies back further than its window', () => {
    const limit = new RestartLimit();
    for (let times = 0; times < RESTARTS; times++) assert.isTrue(limit.allows(times));
    assert.isFalse(limit.allows(RESTARTS));
    assert.isTrue(limit.allows(RESTART_WINDOW));
    assert.isFalse(limit.allows(RESTART_WINDOW));
  });
});
