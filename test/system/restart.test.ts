/**
 * A driver is killed from the prompt, in both topologies: an error, a reload, and the file again.
 */
import { assert } from 'chai';
import type { Topology } from '../../web/host/protocol.ts';
import { System } from '../../web/host/system.ts';
import { makeImage } from '../support/mtools.ts';
import { pattern } from './commands.suite.ts';

for (const topology of ['single', 'isolated'] satisfies Topology[]) {
  suite(`system/a killed driver in topology ${topology}`, function () {
    this.timeout(60_000);
    let system: System;

    const exec = (line: string) => system.ask({ op: 'exec', line });
    const run = async (line: string): Promise<string> => {
      const { status, output } = await exec(line);
      assert.equal(status, 0, `${line}: ${output}`);
      return output;
    };
    const idOf = async (image: string): Promise<string> => {
      const row = (await run('ps')).split('\n').find((line) => line.includes(image));
      assert.isDefined(row, image);
      return row!.trim().split(/\s+/)[0]!;
    };

    suiteSetup(async () => {
      system = await System.boot({ topology });
      const files = { 'FILE.BIN': pattern(50_000) };
      await system.insert(0, await makeImage({ kib: 1440, files }));
    });

    suiteTeardown(() => system.terminate());

    for (const [image, name] of [
      ['fdc.sys', 'fdc'],
      ['fatfs.sys', 'fatfs'],
    ] as const) {
      test(`${image} dies, is loaded again, and the file is there`, async () => {
        await run('dir');
        await run(`kill ${await idOf(image)}`);
        const { status, output } = await exec('type FILE.BIN');
        assert.notEqual(status, 0);
        assert.match(output, /\(STATUS_[A-Z_]+\)/);
        assert.notInclude(await run('ps'), image);
        await run(`loaddrv ${name}`);
        const bytes = await system.ask({ op: 'readFile', path: 'A:\\FILE.BIN' });
        assert.deepEqual(bytes, pattern(50_000));
      });
    }

    test('the shell is started again when it is killed', async () => {
      const before = await idOf('ntcmd.exe');
      await run(`kill ${before}`);
      for (let tries = 0; tries < 100; tries++) {
        if ((await run('ps')).includes('ntcmd.exe')) break;
        await new Promise((done) => setTimeout(done, 50));
      }
      assert.notEqual(await idOf('ntcmd.exe'), before);
    });
  });
}
