/**
 * What every topology must do alike: one suite of commands and file operations, run against each.
 *
 * A disk made by mtools goes in; commands and the agent's operations change it; the disk that comes
 * out must pass fsck.fat, and mtools must read back the bytes.
 */
import { assert } from 'chai';
import { fsck, listFiles, makeImage, readFile } from '../support/mtools.ts';

export interface Subject {
  exec(line: string): Promise<{ status: number; output: string }>;
  readFile(path: string): Promise<Uint8Array>;
  writeFile(path: string, data: Uint8Array): Promise<void>;
  list(path: string): Promise<{ name: string; size: number; directory: boolean }[]>;
  /** Flushed, as it is now. */
  export(): Promise<Uint8Array>;
  end(): Promise<void>;
}

export function pattern(length: number, seed = 1): Uint8Array {
  let state = seed >>> 0;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

const README = 'Hello from an old floppy.\r\nSecond line.\r\n';

export function commandSuite(name: string, start: (disk: Uint8Array) => Promise<Subject>): void {
  suite(name, function () {
    this.timeout(60_000);
    let subject: Subject;

    const run = async (line: string): Promise<string> => {
      const { status, output } = await subject.exec(line);
      assert.equal(status, 0, `${line}: ${output}`);
      return output;
    };
    const fail = async (line: string): Promise<string> => {
      const { status, output } = await subject.exec(line);
      assert.notEqual(status, 0, line);
      assert.equal(output.trimEnd().split('\n').length, 1, `one line: ${output}`);
      return output;
    };

    suiteSetup(async () => {
      const disk = await makeImage({
        kib: 1440,
        label: 'SUITE',
        files: {
          'README.TXT': README,
          'BIG.BIN': pattern(100_000),
          'DOCS/A long name with spaces.txt': 'long',
          'DOCS/DEEP/INNER.TXT': 'inner',
          'GRÜßE.TXT': 'hello',
        },
      });
      subject = await start(disk);
    });

    suiteTeardown(() => subject?.end());

    test('dir lists what mtools put there', async () => {
      const output = await run('dir');
      for (const expected of ['README.TXT', 'BIG.BIN', 'DOCS', 'GRÜßE.TXT', 'SUITE', '100,000'])
        assert.include(output, expected);
      assert.include(await run('dir DOCS'), 'A long name with spaces.txt');
    });

    test('type prints a text', async () => {
      assert.equal(await run('type readme.txt'), README.replaceAll('\r\n', '\n'));
      assert.equal(await run('type "docs\\a long name with spaces.txt"'), 'long\n');
    });

    test('files are read byte for byte', async () => {
      assert.deepEqual(await subject.readFile('A:\\BIG.BIN'), pattern(100_000));
      const text = await subject.readFile('A:\\DOCS\\DEEP\\INNER.TXT');
      assert.equal(new TextDecoder().decode(text), 'inner');
    });

    test('list tells names, sizes and kinds', async () => {
      const entries = await subject.list('A:\\');
      const big = entries.find((entry) => entry.name === 'BIG.BIN');
      assert.deepInclude(big, { size: 100_000, directory: false });
      assert.isTrue(entries.find((entry) => entry.name === 'DOCS')?.directory);
    });

    test('copy, ren, move, md, del, rd and redirection change the disk', async () => {
      await run('md WORK');
      await run('copy BIG.BIN WORK\\COPY.BIN');
      await run('copy *.TXT WORK');
      await run('ren WORK\\COPY.BIN "A much longer name.bin"');
      await run('move WORK\\README.TXT DOCS\\MOVED.TXT');
      await run('echo one line> WORK\\NOTE.TXT');
      await run('echo another>> WORK\\NOTE.TXT');
      await run('del DOCS\\DEEP\\INNER.TXT');
      await run('rd DOCS\\DEEP');
      await subject.writeFile('A:\\WORK\\DATA.BIN', pattern(5000, 7));
      await run('sync');
      assert.equal(await run('type WORK\\NOTE.TXT'), 'one line\nanother\n');
      await run('copy WORK\\NOTE.TXT NUL');
      assert.equal(await run('type NUL'), '');
    });

    test('the disk that comes out is sound, and mtools reads the same bytes', async () => {
      const image = await subject.export();
      const verdict = await fsck(image);
      assert.isTrue(verdict.clean, verdict.output);
      assert.deepEqual(await readFile(image, 'WORK/A much longer name.bin'), pattern(100_000));
      assert.deepEqual(await readFile(image, 'WORK/DATA.BIN'), pattern(5000, 7));
      const note = new TextDecoder().decode(await readFile(image, 'WORK/NOTE.TXT'));
      assert.equal(note, 'one line\r\nanother\r\n');
      const names = await listFiles(image);
      assert.include(names, 'DOCS/MOVED.TXT');
      assert.notInclude(names, 'DOCS/DEEP/');
      assert.notInclude(names, 'WORK/README.TXT');
    });

    test('errors are one line, in words, with the status name', async () => {
      assert.include(await fail('type MISSING.TXT'), '(STATUS_OBJECT_NAME_NOT_FOUND)');
      assert.include(await fail('cd NOWHERE\\AT\\ALL'), '(STATUS_OBJECT_PATH_NOT_FOUND)');
      assert.include(await fail('rd DOCS'), '(STATUS_DIRECTORY_NOT_EMPTY)');
      assert.include(await fail('md DOCS'), '(STATUS_OBJECT_NAME_COLLISION)');
      assert.include(await fail('del DOCS'), '(STATUS_FILE_IS_A_DIRECTORY)');
      assert.include(await fail('dir B:'), '(STATUS_NO_MEDIA_IN_DEVICE)');
      assert.include(await fail('nonsense'), 'not a command');
    });

    test('a full disk says so, and what was there stays', async () => {
      await subject.writeFile('A:\\FILL.BIN', pattern(1_000_000, 3));
      assert.include(await fail('copy FILL.BIN FILL2.BIN'), '(STATUS_DISK_FULL)');
      await run('del FILL.BIN');
      await run('sync');
      const verdict = await fsck(await subject.export());
      assert.isTrue(verdict.clean, verdict.output);
    });
  });
}
