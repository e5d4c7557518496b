/** `beep`, from the prompt to the speaker, on the whole system. */
import { assert } from 'chai';
import { statusName } from '../../personality/rtl/statustext.ts';
import { bootRig, type Rig } from '../support/rig.ts';

suite('system/beep', function () {
  this.timeout(60_000);
  let rig: Rig;

  suiteSetup(async () => {
    rig = await bootRig();
    await rig.prompt();
  });

  suiteTeardown(() => rig.end());

  /** Of all that was heard since then: the frequencies, rounded. */
  async function heardBy(line: string): Promise<number[]> {
    const before = rig.tones.length;
    const { status, output } = await rig.exec(line);
    assert.equal(statusName(status), 'STATUS_SUCCESS', output);
    await until(() => rig.tones.slice(before).at(-1)?.hertz === 0);
    return rig.tones.slice(before).map(({ hertz }) => Math.round(hertz));
  }

  async function until(holds: () => boolean): Promise<void> {
    for (const end = performance.now() + 10_000; !holds();) {
      if (performance.now() > end) throw new Error(JSON.stringify(rig.tones));
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  test('a tone of the frequency asked for, as long as was asked', async () => {
    assert.deepEqual(await heardBy('beep 440 120'), [440, 0]);
    const [begin, end] = rig.tones.slice(-2);
    assert.isAtLeast(end!.at - begin!.at, 100);
    assert.deepEqual(await heardBy('beep'), [800, 0]);
  });
});
