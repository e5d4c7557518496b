/** A session with a driver of the bench: its code is in the recording, and plays the same. */
import { assert } from 'chai';
import { factsOf } from '../../web/host/record/facts.ts';
import { packRecording, unpackRecording } from '../../web/host/record/format.ts';
import { isInput } from '../../web/host/record/input-checks.ts';
import { buildDriver } from '../../web/workbench/build.ts';
import { library } from '../../web/workbench/library.ts';
import { keyLines } from '../../web/workbench/rights.ts';
import { inTask } from '../support/in-task.ts';
import { bootRecorded, replaySession } from '../support/recorded-session.ts';

const HELLO = `return IoCompleteRequest(irp, Status.STATUS_SUCCESS, 5, {
    data: new TextEncoder().encode('HELLO') });`;
const FROM = 'return IoCompleteRequest(irp, Status.STATUS_END_OF_FILE);';

suite('workbench/recorded', function () {
  this.timeout(60_000);

  test('two builds of a driver, each loaded and asked: the same entries, the same memory', async () => {
    const given = await library();
    const text = given.starters['null']!;
    const addresses = new Map<string, string>();
    const session = await bootRecorded(1, undefined, {
      laterImage: (name) => Promise.resolve(addresses.get(name)!),
    });
    const run = async (line: string): Promise<string> => {
      const answer = await inTask(() => session.ask({ op: 'exec', line }));
      return (answer as { result: { output: string } }).result.output;
    };
    await inTask(() => session.start());
    await session.prompt();
    const said: string[] = [];
    for (const source of [text, text.replace(FROM, HELLO)]) {
      const { image, rights } = buildDriver(source, given);
      const blob = new Blob([image], { type: 'text/javascript' });
      addresses.set('mine.sys', URL.createObjectURL(blob));
      await inTask(() => session.ownImage('mine.sys', new TextEncoder().encode(image)));
      await run('unloaddrv mine');
      for (const line of keyLines('mine', rights)) await run(line);
      await run('loaddrv mine');
      said.push(await run('devio read \\Device\\Mine 16'));
    }
    assert.match(said[0]!, /STATUS_END_OF_FILE/);
    assert.match(said[1]!, /HELLO/);
    const recording = await inTask(() => session.recording());
    session.system.stop();
    assert.deepEqual(session.uncaught, []);
    const file = await packRecording(recording);
    const unpacked = await unpackRecording(file);
    assert.deepEqual(factsOf(unpacked).images, ['mine.sys', 'mine.sys']);
    const first = await replaySession(unpacked);
    assert.isUndefined(first.differsAt, first.why);
    assert.deepEqual(await replaySession(unpacked), first);
    // Its library is the same in each: kept once.
    const bytes = new TextEncoder().encode(given.code).length;
    assert.isBelow(file.size, bytes, 'the code is packed, and once');
  });

  test('an image by a name that none of the page’s own has is no input', () => {
    const code = new Uint8Array(3);
    assert.isTrue(isInput(['image', 'mine.sys', code]));
    for (const name of [
      '..\\fdc.sys',
      'mine.exe',
      '__proto__',
      '',
      'MINE.SYS',
      'longername.sys',
      5,
    ])
      assert.isFalse(isInput(['image', name, code]), String(name));
    assert.isFalse(isInput(['image', 'mine.sys', 'text']));
    assert.isTrue(isInput(['fault', 'badSector', 0, 5, 1]));
    assert.isTrue(isInput(['fault', 'loseIrq', 6, Infinity]));
    for (const call of [
      ['struck'],
      ['constructor'],
      ['loseIrq', 99],
      ['clear', 1],
      ['drive', 0, 'x'],
    ])
      assert.isFalse(isInput(['fault', ...call]), String(call));
  });
});
