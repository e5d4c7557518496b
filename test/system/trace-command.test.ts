/** The shell's trace: on and off, shown with filters, saved as a file. */
import { assert } from 'chai';
import { statusName } from '../../personality/rtl/statustext.ts';
import { makeImage } from '../support/mtools.ts';
import { readFxt } from '../support/read-fxt.ts';
import { bootRig, type Rig } from '../support/rig.ts';

suite('system/trace command', function () {
  this.timeout(60_000);
  let rig: Rig;

  suiteSetup(async () => {
    rig = await bootRig({ disks: [await makeImage({ kib: 1440, files: {} })] });
    await rig.prompt();
  });
  suiteTeardown(() => rig.end());

  test('trace: on, what the kernel did, off', async () => {
    const { output } = await rig.exec('trace on & dir & trace show & trace off');
    const table = output.slice(output.indexOf('  SEQUENCE'));
    for (const kind of ['switch', 'send', 'receive'])
      assert.match(table, new RegExp(`^( *\\d+){3} +0 +[0-9a-f]+ ${kind} `, 'm'));
    // A switch names the thread before by the number that stands in that one's own rows.
    const [, before] = / switch .*detail=([0-9a-f]+)/.exec(table)!;
    assert.match(table, new RegExp(`^( *\\d+){3} +0 +${before} `, 'm'));
    await rig.exec('trace show');
    assert.match((await rig.exec('trace show')).output, /^ +SEQUENCE.* WORDS\n$/);
    for (const wrong of ['perhaps', 'save', 'save a b', 'on off']) {
      const { status } = await rig.exec(`trace ${wrong}`);
      assert.equal(statusName(status), 'STATUS_INVALID_PARAMETER', wrong);
    }
  });

  test('trace show: rows that have all words, and none of those behind a -', async () => {
    const shown = async (words: string): Promise<string[]> => {
      const { output } = await rig.exec(`trace on & dir & trace off & trace show ${words}`);
      return output.slice(output.indexOf('  SEQUENCE')).trimEnd().split('\n').slice(1);
    };
    const closes = await shown('SERVICE.IN ntclose');
    assert.isNotEmpty(closes);
    for (const line of closes) assert.match(line, / service\.in +service=NtClose /);
    const others = await shown('service.in -ntclose');
    assert.isNotEmpty(others);
    for (const line of others) assert.match(line, / service\.in +service=(?!NtClose)/);
    const sent = await shown('send process=agent');
    assert.isNotEmpty(sent);
    for (const line of sent) assert.match(line, / send +.* process=agent\.exe$/);
  });

  test('trace save: a file on the disk, in the Fuchsia trace format', async () => {
    const said = await rig.run('trace on & dir & trace save A:\\T.FXT & trace off');
    const [, count] = /^(\d+) records in A:\\T\.FXT\.$/m.exec(said)!;
    const records = readFxt(await rig.ask({ op: 'readFile', path: 'A:\\T.FXT' }));
    const events = records.filter(({ type }) => ['instant', 'complete', 'switch'].includes(type));
    assert.equal(events.length, Number(count));
    const names = records.filter(({ type }) => type === 'object').map(({ name }) => name);
    assert.include(names, 'agent.exe');
    const { status } = await rig.exec('trace save Q:\\T.FXT');
    assert.notEqual(status, 0);
  });
});
