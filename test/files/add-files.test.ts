/** Files and folders copied in: against a real system, and judged by mtools. */
import { assert } from 'chai';
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { AddConflict, NeptuneOs } from '../../web/element/index.ts';
import { fsck, listFiles, readFile, runMtools } from '../support/mtools.ts';
import { endMachine, freshDisk, imageOf, pattern, rejection, startMachine } from './machine.ts';

const text = (content: string, name: string, time?: Date): File =>
  new File([content], name, time ? { lastModified: time.getTime() } : {});

suite('files/add-files', function () {
  this.timeout(60_000);
  let machine: NeptuneOs;
  suiteSetup(async () => {
    machine = await startMachine();
  });
  suiteTeardown(endMachine);
  setup(() => freshDisk());

  const names = async (path = 'A:\\'): Promise<string[]> =>
    (await machine.list(path)).map(({ name }) => name).sort();
  const contents = async (path: string): Promise<string> =>
    new TextDecoder().decode(await machine.readFile(path));

  test('files, folders and empty folders are there, byte for byte, with long and short names', async () => {
    const big = pattern(200_001, 7);
    const added = await machine.addFiles('A:\\', [
      text('one', 'ONE.TXT'),
      { path: 'Old letters/To the editor.document', file: new Blob([big]) },
      { path: 'Old letters/deep/und.txt', file: text('two', 'x') },
      { path: 'nothing in it' },
    ]);
    assert.deepEqual(added, [
      { path: 'A:\\ONE.TXT', size: 3 },
      { path: 'A:\\Old letters\\To the editor.document', size: big.length },
      { path: 'A:\\Old letters\\deep\\und.txt', size: 3 },
    ]);
    const image = await imageOf();
    assert.equal((await fsck(image)).status, 0);
    assert.sameMembers(await listFiles(image), [
      'ONE.TXT',
      'Old letters/',
      'Old letters/To the editor.document',
      'Old letters/deep/',
      'Old letters/deep/und.txt',
      'nothing in it/',
    ]);
    assert.deepEqual(await readFile(image, 'Old letters/To the editor.document'), big);
    const { stdout } = await runMtools('mdir', ['-i', 'IMAGE', '::Old letters'], image);
    assert.match(
      new TextDecoder().decode(stdout),
      /TOTHEE~1 DOC +200001 .*To the editor\.document/,
    );
    const [entry] = (await machine.list('A:\\Old letters')).filter(({ size }) => size > 9);
    assert.equal(entry!.shortName, 'TOTHEE~1.DOC');
  });

  test('times are kept, to two seconds, within the years that FAT has', async () => {
    const time = new Date(1994, 6, 5, 12, 34, 56);
    await machine.addFiles('A:\\', [
      text('a', 'then.txt', time),
      text('a', 'early.txt', new Date(1970, 5, 1)),
      text('a', 'late.txt', new Date(2200, 5, 1)),
    ]);
    const times = Object.fromEntries(
      (await machine.list('A:\\')).map((one) => [one.name, one.modified]),
    );
    assert.deepEqual(times['then.txt'], time);
    assert.equal(times['early.txt']!.getFullYear(), 1980);
    assert.equal(times['late.txt']!.getFullYear(), 2107);
    const { stdout } = await runMtools('mdir', ['-i', 'IMAGE', '::then.txt'], await imageOf());
    assert.match(new TextDecoder().decode(stdout), /1994-07-05 +12:34/);
  });

  test('names that FAT cannot hold are told before, and can be refused', async () => {
    const files = [
      text('1', 'a:b?.txt'),
      text('2', 'con.txt'),
      text('3', 'dots...'),
      text('4', 'ok.txt'),
    ];
    const told: unknown[] = [];
    const refused = await rejection(
      machine.addFiles('A:\\', files, {
        names: (renames) => (told.push(...renames), false),
      }),
    );
    assert.equal(refused.name, 'AbortError');
    assert.deepEqual(await names(), []);
    assert.deepEqual(told, [
      { from: 'a:b?.txt', to: 'a_b_.txt' },
      { from: 'con.txt', to: '_con.txt' },
      { from: 'dots...', to: 'dots' },
    ]);
    await machine.addFiles('A:\\', files);
    assert.deepEqual(await names(), ['_con.txt', 'a_b_.txt', 'dots', 'ok.txt']);
  });

  test('no path leads out of the folder, and two names that are one become two', async () => {
    await machine.createFolder('A:\\IN');
    await machine.addFiles('A:\\IN', [
      { path: '../../up.txt', file: new Blob(['u']) },
      { path: 'Same.txt', file: new Blob(['1']) },
      { path: 'SAME.TXT', file: new Blob(['22']) },
      { path: `${'n'.repeat(300)}.text`, file: new Blob(['n']) },
    ]);
    assert.deepEqual(await names(), ['IN']);
    const found = await names('A:\\IN');
    assert.sameMembers(found, ['_', 'SAME (2).TXT', 'Same.txt', `${'n'.repeat(250)}.text`]);
    assert.equal(await contents('A:\\IN\\SAME (2).TXT'), '22');
  });

  suite('what is there already', () => {
    const again = [text('new a', 'a.txt'), text('new b', 'B.TXT'), text('new c', 'c.txt')];
    setup(async () => {
      await machine.addFiles('A:\\', [text('old a', 'A.TXT'), text('old b', 'b.txt')]);
    });

    test('is an error where nobody says what to do, and nothing is copied', async () => {
      const error = await rejection(machine.addFiles('A:\\', again));
      assert.equal(error.status, Status.STATUS_OBJECT_NAME_COLLISION);
      assert.match(error.message, /There is a A:\\a\.txt already/);
      assert.deepEqual(await names(), ['A.TXT', 'b.txt']);
    });

    test('is replaced, left, or kept beside the new one', async () => {
      const skipped = await machine.addFiles('A:\\', again, { conflict: 'skip' });
      assert.deepEqual(
        skipped.map(({ path }) => path),
        ['A:\\c.txt'],
      );
      assert.equal(await contents('A:\\a.txt'), 'old a');
      await machine.addFiles('A:\\', again, { conflict: 'keep-both' });
      assert.equal(await contents('A:\\B (2).TXT'), 'new b');
      await machine.addFiles('A:\\', again, { conflict: 'replace' });
      assert.equal(await contents('A:\\a.txt'), 'new a');
      assert.equal((await fsck(await imageOf())).status, 0);
      const left = (await names()).filter((name) => name.toLowerCase().endsWith('.tmp'));
      assert.deepEqual(left, []);
    });

    test('is asked for, once for each, or once for all', async () => {
      const asked: AddConflict[] = [];
      await machine.addFiles('A:\\', again, {
        conflict: (conflict) => {
          asked.push(conflict);
          return asked.length === 1 ? 'skip' : 'replace';
        },
      });
      assert.deepEqual(
        asked.map(({ path, existing }) => [path, existing.size]),
        [
          ['A:\\a.txt', 5],
          ['A:\\B.TXT', 5],
        ],
      );
      assert.deepEqual(
        [await contents('A:\\a.txt'), await contents('A:\\b.txt')],
        ['old a', 'new b'],
      );
      let times = 0;
      const all = () => {
        times++;
        return { answer: 'replace' as const, all: true };
      };
      await machine.addFiles('A:\\', again, { conflict: all });
      assert.equal(times, 1);
      assert.equal(await contents('A:\\a.txt'), 'new a');
    });

    test('a short name finds its file, and a folder is never replaced by a file', async () => {
      await machine.addFiles('A:\\', [text('x', 'a very long name.txt')]);
      await machine.createFolder('A:\\box');
      const answers: AddConflict[] = [];
      const conflict = (one: AddConflict) => {
        answers.push(one);
        return 'replace' as const;
      };
      await machine.addFiles('A:\\', [text('y', 'AVERYL~1.TXT'), text('z', 'BOX')], { conflict });
      assert.deepEqual(
        answers.map(({ existing }) => existing.directory),
        [false, true],
      );
      assert.equal(await contents('A:\\BOX (2)'), 'z');
      assert.equal(await contents('A:\\a very long name.txt'), 'y');
      await machine.addFiles('A:\\', [{ path: 'Box/in.txt', file: new Blob(['i']) }]);
      assert.equal(await contents('A:\\box\\in.txt'), 'i');
    });
  });

  test('what has no room is refused before anything is copied, in clusters', async () => {
    const { free, cluster } = await machine.volume('A:');
    assert.isAbove(cluster, 512, 'a file of one byte takes more than that');
    const many = Array.from({ length: free / cluster + 1 }, (_, i) => ({
      path: `box/${i}`,
      file: new Blob(['x']),
    }));
    const error = await rejection(machine.addFiles('A:\\', many));
    assert.equal(error.status, Status.STATUS_DISK_FULL);
    assert.match(error.message, /Nothing was copied/);
    assert.deepEqual(await names(), []);
  });

  test('a full disk takes a new version of what is on it', async () => {
    const { free } = await machine.volume('A:');
    const half = Math.floor(free / 2048) * 1024;
    await machine.addFiles('A:\\', [
      text('', 'small'),
      { path: 'big', file: new Blob([pattern(half, 3)]) },
    ]);
    await machine.addFiles(
      'A:\\',
      [
        { path: 'small', file: new Blob([pattern(half)]) },
        { path: 'big', file: new Blob([pattern(half - 2048, 5)]) },
      ],
      { conflict: 'replace' },
    );
    const image = await imageOf();
    assert.equal((await fsck(image)).status, 0);
    assert.deepEqual(await readFile(image, 'big'), pattern(half - 2048, 5));
    assert.deepEqual(await readFile(image, 'small'), pattern(half));
  });

  for (const replaces of [false, true])
    test(`given up, it leaves no half file${replaces ? ', and the old one as it was' : ''}`, async () => {
      const path = 'A:\\film.bin';
      if (replaces) await machine.writeFile(path, 'old');
      const stop = new AbortController();
      const error = await rejection(
        machine.addFiles(
          'A:\\',
          [text('first', 'first.txt'), { path: 'film.bin', file: new Blob([pattern(300_000)]) }],
          {
            signal: stop.signal,
            conflict: 'replace',
            onProgress: ({ done }) => done > 100_000 && stop.abort(),
          },
        ),
      );
      assert.equal(error.name, 'AbortError');
      const left = await names();
      // Where something is replaced, what grows least comes first.
      assert.deepEqual(left, replaces ? ['film.bin', 'first.txt'] : ['first.txt']);
      if (replaces) assert.equal(await contents(path), 'old');
      assert.equal((await fsck(await imageOf())).status, 0);
    });

  test('given up between files: what is written stays, and its folders alone', async () => {
    const stop = new AbortController();
    let far = { written: 0, files: 0 };
    const files = ['one/a', 'one/b', 'two/c'].map((path) => ({
      path,
      file: new Blob([pattern(150_000)]),
    }));
    const error = await rejection(
      machine.addFiles('A:\\', [...files, { path: 'none' }], {
        signal: stop.signal,
        onProgress: (progress) => {
          far = progress;
          if (progress.written === 2 && progress.done > 300_000) stop.abort();
        },
      }),
    );
    assert.equal(error.name, 'AbortError');
    assert.deepInclude(far, { written: 2, files: 3 });
    const image = await imageOf();
    assert.equal((await fsck(image)).status, 0);
    assert.sameMembers(await listFiles(image), ['one/', 'one/a', 'one/b']);
  });

  test('a disk that becomes full in the middle keeps what is whole, and the error counts it', async () => {
    const files = Array.from({ length: 20 }, (_, i) => ({
      path: `box/${i}.bin`,
      file: new Blob([pattern(20_000, i)]),
    }));
    const { free } = await machine.volume('A:');
    let other: Promise<void> | undefined;
    const error = await rejection(
      machine.addFiles('A:\\', files, {
        // Somebody else writes.
        onProgress: ({ written }) => {
          if (written === 5) other ??= machine.writeFile('A:\\OTHER', pattern(free - 160_000));
        },
      }),
    );
    await other;
    assert.equal(error.status, Status.STATUS_DISK_FULL);
    const [, file, written] =
      /^A:\\box\\(\d+)\.bin was not copied: .*\(STATUS_DISK_FULL\)\. (\d+) of 20 files are written\.$/.exec(
        error.message,
      ) ?? [];
    assert.equal(file, written, error.message);
    assert.isAtLeast(Number(written), 5);
    const image = await imageOf();
    assert.equal((await fsck(image)).status, 0);
    const whole = Array.from({ length: Number(written) }, (_, i) => `box/${i}.bin`);
    assert.sameMembers(await listFiles(image), ['OTHER', 'box/', ...whole]);
    assert.deepEqual(await readFile(image, 'box/4.bin'), pattern(20_000, 4));
  });

  test('a root directory that is full: the same', async () => {
    const files = Array.from({ length: 150 }, (_, i) => text(String(i), `F${i}.TXT`));
    const error = await rejection(machine.addFiles('A:\\', files));
    assert.equal(error.status, Status.STATUS_CANNOT_MAKE);
    // 112 entries, one of them the label.
    assert.match(
      error.message,
      /^A:\\F111\.TXT was not copied: .* 111 of 150 files are written\.$/,
    );
    const image = await imageOf();
    assert.equal((await fsck(image)).status, 0);
    assert.lengthOf(await listFiles(image), 111);
  });

  test('it tells how far it is, by a callback and by events', async () => {
    const seen: number[] = [];
    const events: { what: string; done: number; total: number }[] = [];
    const heard = (event: Event): void => void events.push((event as CustomEvent).detail);
    document.addEventListener('neptune-progress', heard);
    await machine.addFiles('A:\\', [{ path: 'x', file: new Blob([pattern(150_000)]) }], {
      onProgress: ({ done, total }) => seen.push(done / total),
    });
    document.removeEventListener('neptune-progress', heard);
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
    );
    assert.equal(seen.at(-1), 1);
    assert.isAbove(new Set(seen).size, 2);
    assert.deepInclude(events.at(-1), { what: 'files', done: 150_000, total: 150_000 });
  });

  test('it goes onto no other disk than the one that was there', async () => {
    const two = new Blob(['22']);
    two.slice = () => {
      const swapped = async (): Promise<ArrayBuffer> => {
        await freshDisk({ 'OTHER.TXT': 'other' });
        return Uint8Array.of(50, 50).buffer;
      };
      return { arrayBuffer: swapped } as never;
    };
    const files = [text('1', 'one.txt'), { path: 'two.txt', file: two }];
    const error = await rejection(machine.addFiles('A:\\', files));
    assert.equal(error.status, Status.STATUS_WRONG_VOLUME);
    assert.deepEqual(await names(), ['OTHER.TXT']);
  });

  test('a file that cannot be read any more, and one on a protected disk', async () => {
    const gone = new Blob([pattern(200_000)]);
    gone.slice = () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) as never;
    const error = await rejection(machine.addFiles('A:\\', [{ path: 'x', file: gone }]));
    assert.match(error.message, /could not be read/);
    assert.deepEqual(await names(), []);
    await machine.insertDisk('A:', await imageOf(), { writeProtected: true });
    const refused = await rejection(machine.addFiles('A:\\', [text('1', 'one.txt')]));
    assert.match(refused.message, /^A:\\one\.txt was not copied: .*PROTECTED/);
  });

  test('wrong arguments are a TypeError in words, and read at the call', async () => {
    const wrong: [unknown, unknown, unknown?][] = [
      [7, []],
      ['A:\\', 'files'],
      ['A:\\', [3]],
      ['A:\\', [{ path: 'x', file: 'text' }]],
      ['A:\\', [{ path: '/' }]],
      ['LETTERS', []],
      ['A:\\', [], { conflict: 'maybe' }],
      ['A:\\', [], { signal: {} }],
      ['A:\\', [], { onProgress: 'x' }],
    ];
    for (const [path, files, options] of wrong) {
      const error = await rejection(
        machine.addFiles(path as string, files as [], options as object),
      );
      assert.instanceOf(error, TypeError, JSON.stringify([path, files, options]));
    }
    assert.deepEqual(await machine.addFiles('A:\\', []), []);
  });
});
