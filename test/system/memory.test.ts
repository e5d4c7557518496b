/** What twenty disks leave behind: as much as one does. And how many workers a boot starts. */
import { assert } from 'chai';
import type { Executive } from '../../personality/ntos/executive.ts';
import { policyFrame } from '../../web/host/policy.ts';
import { System } from '../../web/host/system.ts';
import { withoutMarks } from '../support/marks.ts';
import { makeImage } from '../support/mtools.ts';
import { bootRig } from '../support/rig.ts';
import { until } from './torn-disk.ts';
import { pattern } from './commands.suite.ts';

const DISKS = 20;

function held({ mm }: Executive): Record<string, number> {
  const { inUse, idle } = mm.kernelBlocks;
  return { freePages: mm.freePageCount, blocksInUse: inUse, blocksIdle: idle };
}

suite('system/memory', function () {
  this.timeout(60_000);

  test('after twenty disks the Executive holds what it held after one', async () => {
    const image = await makeImage({ kib: 1440, files: { 'FILE.BIN': pattern(50_000) } });
    const rig = await bootRig();
    await rig.prompt();
    const counts: Record<string, number>[] = [];
    for (let disk = 0; disk < DISKS; disk++) {
      image[0x27] = disk; // its serial number
      rig.insert(0, image);
      await rig.run('copy A:\\FILE.BIN A:\\COPY.BIN');
      await rig.ask({ op: 'dismount', drive: 'A:' });
      await rig.eject(0);
      counts.push(await rig.asExecutive(held));
    }
    assert.deepEqual(counts.at(-1), counts[0]);
    rig.end();
  });

  test('isolated, there is a worker for each process, and none to spare', async () => {
    policyFrame();
    const frame = document.querySelector<HTMLIFrameElement>('html > iframe')!;
    const maker = frame.contentWindow as Window & { Worker: typeof Worker };
    const { Worker: Original } = maker;
    const started: string[] = [];
    maker.Worker = class extends Original {
      constructor(url: URL | string, options?: WorkerOptions) {
        super(url, options);
        started.push(options?.name ?? '');
      }
    };
    let screen = '';
    const onOutput = (bytes: Uint8Array) => void (screen += new TextDecoder().decode(bytes));
    const system = await System.boot({ topology: 'isolated', onOutput });
    const prompt = async (): Promise<void> => {
      for (let tries = 0; !withoutMarks(screen).endsWith('>'); tries++) {
        if (tries > 1000) throw new Error(`no prompt; the screen: ${screen}`);
        await new Promise((later) => setTimeout(later, 20));
      }
    };
    const running = async (): Promise<string[]> => {
      const { output } = await system.ask({ op: 'exec', line: 'ps' });
      return output.match(/\w+\.(exe|sys)/g) ?? [];
    };
    try {
      await prompt();
      const processes = await running();
      assert.lengthOf(processes, 6, processes.join(', '));
      // Who is listed may be about to begin.
      await until(() => started.length >= processes.length + 2);
      assert.lengthOf(started, processes.length + 2, started.join(', '));
      // One that is wanted later gets its worker then.
      screen = '';
      const { output } = await system.ask({ op: 'exec', line: 'loaddrv null' });
      assert.include(await running(), 'null.sys', output);
      assert.lengthOf(started, processes.length + 3, started.join(', '));
    } finally {
      system.terminate();
      maker.Worker = Original;
    }
  });
});
