/**
 * What the page depends on is killed, in both topologies: callers get an error at once, the page is
 * told, and what is asked next is done.
 */
import { assert } from 'chai';
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { Topology } from '../../web/host/protocol.ts';
import type { System as SystemType } from '../../web/host/system.ts';
import { withoutMarks } from '../support/marks.ts';
import { makeImage } from '../support/mtools.ts';
import { pattern } from './commands.suite.ts';

interface Fault {
  process: string;
  status: number;
  restarted: boolean;
}

/** Every processor's worker, to lose one as a browser does that runs out of memory. */
const workers = new Map<number, Worker>();
const { policyFrame } = await import('../../web/host/policy.ts');
policyFrame();
const maker = document.querySelector<HTMLIFrameElement>('html > iframe')!
  .contentWindow as Window & {
  Worker: typeof Worker;
};
class SeenWorker extends maker.Worker {
  /** It is told which one it is. */
  override postMessage(message: { init?: { index?: number } }, ...rest: never[]): void {
    const { index } = message.init ?? {};
    if (index !== undefined) workers.set(index, this);
    super.postMessage(message, ...rest);
  }
}
maker.Worker = SeenWorker;
const { System, SystemError } = await import('../../web/host/system.ts');

const KILLED = Status.STATUS_CONTROL_C_EXIT;

for (const topology of ['single', 'isolated'] satisfies Topology[]) {
  suite(`system/restarts in topology ${topology}`, function () {
    this.timeout(60_000);
    let system: SystemType;
    let screen = '';
    let faults: Fault[] = [];
    let panics: string[] = [];

    const exec = (line: string) => system.ask({ op: 'exec', line });
    const run = async (line: string): Promise<string> => {
      const { status, output } = await exec(line);
      assert.equal(status, 0, `${line}: ${output}`);
      return output;
    };
    const rowOf = async (image: string): Promise<string[]> => {
      const row = (await run('ps')).split('\n').find((line) => line.includes(image));
      assert.isDefined(row, image);
      return row!.trim().split(/\s+/);
    };
    const idOf = async (image: string): Promise<string> => (await rowOf(image))[0]!;
    const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
      for (let tries = 0; !(await holds()); tries++) {
        if (tries > 400) throw new Error(`never: ${what}; the screen: ${screen}`);
        await new Promise((done) => setTimeout(done, 20));
      }
    };
    const statusOf = (promise: Promise<unknown>): Promise<unknown> =>
      promise.then(
        () => 'it was done',
        (error: unknown) => (error instanceof SystemError ? error.status : error),
      );
    const prompt = () => until('a prompt', () => /A:\\>$/.test(withoutMarks(screen)));
    const readsFile = async () =>
      assert.deepEqual(await system.ask({ op: 'readFile', path: 'A:\\FILE.BIN' }), pattern(50_000));
    /** A line at the terminal; resolves when the next prompt is there. */
    const typeAtPrompt = async (line: string): Promise<string> => {
      await prompt();
      screen = '';
      await system.type(`${line}\r`);
      await prompt();
      return screen;
    };

    setup(async () => {
      [screen, faults, panics] = ['', [], []];
      system = await System.boot({
        topology,
        onOutput: (bytes) => void (screen += new TextDecoder().decode(bytes)),
        onFault: (process, status, restarted) => faults.push({ process, status, restarted }),
        onPanic: (reason) => panics.push(reason),
      });
      const files = { 'FILE.BIN': pattern(50_000) };
      await system.insert(0, await makeImage({ kib: 1440, files }));
      await prompt();
    });

    teardown(() => system.terminate());

    for (const [image, counter] of [
      ['fdc.sys', 'floppy'],
      ['fatfs.sys', 'fatfs'],
    ] as const) {
      test(`${image} dies, comes back by itself, and the file is there`, async () => {
        await run('dir');
        for (let times = 1; times <= 3; times++) {
          await run(`kill ${await idOf(image)}`);
          // Nobody waits for the restart but the open itself.
          await readsFile();
          assert.equal((await system.counters())[`io.restart.${counter}`], times);
        }
        assert.deepEqual(
          faults,
          new Array(3).fill({ process: image, status: KILLED, restarted: true }),
        );
        await system.ask({ op: 'writeFile', path: 'A:\\NEW.TXT', data: Uint8Array.of(1, 2) });
        await system.ask({ op: 'flush', drive: 'A:' });
      });
    }

    test('the terminal comes back when its driver dies, and takes lines', async () => {
      screen = '';
      await run(`kill ${await idOf('serial.sys')}`);
      await until('the fault', () => faults.length >= 2);
      assert.deepEqual(faults[0], { process: 'serial.sys', status: KILLED, restarted: true });
      assert.deepInclude(faults[1], { process: 'ntcmd.exe', restarted: true });
      assert.include(await typeAtPrompt('vol'), 'A:');
    });

    test('a driver that is not restarted is told of too; a driver that is unloaded is not', async () => {
      await run('loaddrv null');
      await run(`kill ${await idOf('null.sys')}`);
      await run('loaddrv null');
      await run('unloaddrv null');
      await run('ver');
      assert.deepEqual(faults, [{ process: 'null.sys', status: KILLED, restarted: false }]);
    });

    test('the agent is killed by its own command: all that was asked ends, the next is done', async () => {
      for (let times = 1; times <= 3; times++) {
        const id = await idOf('agent.exe');
        const asked = [exec(`kill ${id}`), exec('dir'), system.counters(), readsFile()];
        const ends = await Promise.all(asked.map(statusOf));
        assert.equal(ends[0], Status.STATUS_PROCESS_IS_TERMINATING);
        // What was behind it in the queue ends too; what came a moment later was done by the next.
        for (const end of ends.slice(1))
          assert.include([Status.STATUS_PROCESS_IS_TERMINATING, 'it was done'], end);
        // At once again: it waits for the next agent.
        await readsFile();
        assert.notEqual(await idOf('agent.exe'), id);
        assert.equal((await system.counters())['ps.restart.agent'], times);
      }
      await until('three faults', () => faults.length === 3);
      assert.deepEqual(
        faults,
        new Array(3).fill({ process: 'agent.exe', status: KILLED, restarted: true }),
      );
    });

    test('the agent is killed from the terminal, with requests under way and after', async () => {
      const id = await idOf('agent.exe');
      await prompt();
      await system.type(`kill ${id}\r`);
      let refused = 0;
      await until('the kill', async () => {
        const ends = await Promise.all([exec('dir'), exec('ver')].map(statusOf));
        for (const end of ends) {
          if (end === Status.STATUS_PROCESS_IS_TERMINATING) refused++;
          else assert.equal(end, 'it was done');
        }
        return faults.length > 0;
      });
      await readsFile();
      assert.isAtMost(refused, 2);
      assert.notEqual(await idOf('agent.exe'), id);
    });

    test('session manager and shell are killed: drives have names, one shell has the terminal', async () => {
      await run(`kill ${await idOf('smss.exe')}`);
      await until('the new smss', async () => (await run('ps')).includes('smss.exe'));
      await readsFile();
      assert.include(await typeAtPrompt('vol'), 'A:', 'the old shell goes on');
      const shell = await idOf('ntcmd.exe');
      screen = '';
      await run(`kill ${shell}`);
      assert.include(await typeAtPrompt('vol'), 'A:', 'the new smss keeps a shell running');
      const list = await run('ps');
      assert.lengthOf(list.match(/ntcmd\.exe/g) ?? [], 1);
      assert.lengthOf(list.match(/smss\.exe/g) ?? [], 1);
      assert.deepEqual(
        faults.map(({ process, restarted }) => [process, restarted]),
        [
          ['smss.exe', true],
          ['ntcmd.exe', true],
        ],
      );
    });

    test('a shell that is killed more often than smss bears is there all the same', async () => {
      for (let times = 0; times < 12; times++) {
        let id: string | undefined;
        await until('a shell', async () => {
          const row = (await run('ps')).split('\n').find((line) => line.includes('ntcmd.exe'));
          return (id = row?.trim().split(/\s+/)[0]) !== undefined;
        });
        await exec(`kill ${id}`);
      }
      screen = '';
      assert.include(await typeAtPrompt('vol'), 'A:');
      assert.deepEqual(panics, []);
    });

    // One worker is quick enough for eleven ends within the window, however busy the computer.
    if (topology === 'single')
      test('an agent that is ended again and again ends the system in words, not in silence', async () => {
        const ends: unknown[] = [];
        for (let times = 0; times < 11; times++)
          ends.push(await statusOf(exec(`kill ${await idOf('agent.exe')}`)));
        assert.deepEqual(ends, new Array(11).fill(Status.STATUS_PROCESS_IS_TERMINATING));
        await until('the panic', () => panics.length > 0);
        assert.match(panics[0]!, /agent\.exe ended more than 10 times within 30 seconds/);
        assert.deepEqual(faults.at(-1), { process: 'agent.exe', status: KILLED, restarted: false });
      });

    test('exit is no fault', async () => {
      await prompt();
      screen = '';
      await system.type('exit\r');
      await until('a new shell', () => /help[\s\S]*A:\\>$/.test(withoutMarks(screen)));
      assert.deepEqual(faults, []);
    });

    if (topology === 'isolated')
      test('the workers of the agent and of a driver are lost', async () => {
        for (const image of ['agent.exe', 'serial.sys', 'fdc.sys', 'agent.exe']) {
          const [, , , processor] = await rowOf(image);
          const worker = workers.get(Number(processor))!;
          const pending = image === 'agent.exe' ? [exec('dir'), readsFile()].map(statusOf) : [];
          worker.terminate();
          worker.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
          for (const end of await Promise.all(pending))
            assert.equal(end, Status.STATUS_PROCESS_IS_TERMINATING);
          await until('the fault', () => faults.some(({ process }) => process === image));
          await readsFile();
        }
        assert.deepEqual(
          faults.filter(({ process }) => process !== 'ntcmd.exe'),
          ['agent.exe', 'serial.sys', 'fdc.sys', 'agent.exe'].map((process) => ({
            process,
            status: Status.STATUS_UNHANDLED_EXCEPTION,
            restarted: true,
          })),
        );
        screen = '';
        await system.type('\r');
        assert.include(await typeAtPrompt('vol'), 'A:');
      });
  });
}
