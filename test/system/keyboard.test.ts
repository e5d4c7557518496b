/** A key of the page and a tone of the speaker, through the whole system in both topologies. */
import { assert } from 'chai';
import type { Tone, Topology } from '../../web/host/protocol.ts';
import { System } from '../../web/host/system.ts';
import { withoutMarks } from '../support/marks.ts';

for (const topology of ['single', 'isolated'] satisfies Topology[])
  suite(`system/keyboard and speaker in topology ${topology}`, function () {
    this.timeout(60_000);
    let system: System;
    let screen = '';
    let listening: boolean[] = [];
    let tones: Tone[] = [];

    async function until(what: string, holds: () => boolean): Promise<void> {
      for (const end = performance.now() + 20_000; !holds();) {
        if (performance.now() > end) throw new Error(`never: ${what}; the screen: ${screen}`);
        await new Promise((done) => setTimeout(done, 10));
      }
    }

    const shows = (text: RegExp) => until(String(text), () => text.test(withoutMarks(screen)));

    suiteSetup(async () => {
      screen = '';
      listening = [];
      tones = [];
      system = await System.boot({
        topology,
        onOutput: (bytes) => void (screen += new TextDecoder().decode(bytes)),
        onKeyboard: (is) => listening.push(is),
        onSound: (some) => tones.push(...some),
      });
      await shows(/A:\\>$/);
    });

    suiteTeardown(() => system.terminate());

    test('keys are asked for while somebody listens, and are shown as codes', async () => {
      assert.deepEqual(listening, []);
      await system.type('keys\r');
      await until('listening', () => listening.length > 0);
      for (const [code, down] of [
        ['KeyN', true],
        ['KeyN', false],
        ['Delete', true],
        ['Escape', true],
      ] as const)
        await system.key(code, down);
      await shows(/make {2}31\r\nbreak 31\r\nmake {2}E0 53\r\nmake {2}01\r\n[^]*A:\\>$/);
      await until('silence', () => listening.length > 1);
      assert.deepEqual(listening, [true, false]);
    });

    test('Ctrl-C ends keys as well', async () => {
      await system.type('keys\r');
      await until('listening', () => listening.at(-1) === true);
      await system.type('\u0003');
      await shows(/\^C\r\n[^]*A:\\>$/);
      await until('silence', () => listening.at(-1) === false);
    });

    test('beep is heard, as long as it was asked for', async () => {
      assert.equal((await system.ask({ op: 'exec', line: 'beep 440 150' })).status, 0);
      await until('silence', () => tones.at(-1)?.hertz === 0);
      const heard = tones.map(({ hertz }) => Math.round(hertz));
      assert.deepEqual(heard, [440, 0]);
      assert.isAtLeast(tones[1]!.at - tones[0]!.at, 100);
    });

    test('a key or a direction that is none is refused in words', async () => {
      const refused = await system.key(7 as never, true).catch((error: unknown) => error);
      assert.instanceOf(refused, TypeError);
      await system.key('NoSuchKey', true);
    });
  });
