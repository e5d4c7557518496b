/** Programs that the shell starts: beside it, and waited for until Ctrl-C ends them. */
import { assert } from 'chai';
import { NtDelayExecution } from '../../personality/ntdll/native.ts';
import {
  RtlGetCurrentDirectory_U,
  RtlQueryEnvironmentVariable_U,
} from '../../personality/ntdll/parameters.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { makeImage } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';
import { image as lines } from './example-program.ts';

/** More than the example reads at a time. */
const LONG = 'a line\n'.repeat(10_000);

/** What a program was started with: arguments, a variable, its directory. */
const told: string[][] = [];
const teller = nativeImage((process) => {
  const { value } = RtlQueryEnvironmentVariable_U(process, 'KIND');
  told.push([process.commandLine, value, RtlGetCurrentDirectory_U(process)]);
  return Promise.resolve(7);
});

const ever = nativeImage(async (process) => {
  for (;;) await NtDelayExecution(process, { alertable: false, interval: -10_000_000 });
});

suite('system/programs', function () {
  this.timeout(60_000);
  let rig: Rig;

  suiteSetup(async () => {
    rig = await bootRig({
      images: { 'teller.exe': teller, 'ever.exe': ever, 'lines.exe': lines },
      disks: [await makeImage({ kib: 1440, files: { 'TOP/D.TXT': 'd', 'LONG.TXT': LONG } })],
    });
    await rig.prompt();
  });

  suiteTeardown(() => rig.end());

  async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const begin = performance.now();
    while (!(await holds())) {
      if (performance.now() - begin > 15_000)
        throw new Error(`never ${what}: ${JSON.stringify(rig.screen().slice(-500))}`);
      await new Promise((later) => setTimeout(later, 5));
    }
  }

  test('start: a program beside the shell, with its directory and variables', async () => {
    const beside = await rig.exec('cd TOP & set KIND=pear& start teller one two');
    assert.match(beside.output, /^teller\.exe is process \d+\.$/m);
    await until('told', () => told.length > 0);
    assert.deepEqual(told, [['one two', 'pear', 'A:\\TOP']]);
    const waited = await rig.exec('cd \\ & set KIND=plum& start /wait teller.exe three');
    assert.equal(waited.status, 7);
    assert.deepEqual(told[1], ['three', 'plum', 'A:\\']);
    const none = await rig.exec('start nobody');
    assert.equal(statusName(none.status), 'STATUS_DLL_NOT_FOUND');
  });

  test('the example of the guide', async () => {
    assert.equal((await rig.exec('start /wait lines LONG.TXT')).status, 10_000);
    const none = await rig.exec('start /wait lines NONE.TXT');
    assert.equal(statusName(none.status), 'STATUS_OBJECT_NAME_NOT_FOUND');
  });

  for (const line of ['start /wait ever', 'restrict ever'])
    test(`${line}: Ctrl-C ends what is waited for`, async () => {
      const runs = async () => (await rig.exec('ps')).output.includes('ever.exe');
      rig.type(`${line}\r`);
      await until('started', runs);
      const start = rig.screen().length;
      rig.type('\x03');
      await until('a prompt', () => /A:\\>$/.test(rig.screen().slice(start)));
      assert.isFalse(await runs());
    });
});
