/**
 * Whatever a page passes: a TypeError in words at the boundary, or what the system says of it, and
 * never the end of a process. Over the real system, in both topologies.
 */
import { assert } from 'chai';
import { NeptuneOs } from '../../web/element/neptune-os.ts';
import { SystemError } from '../../web/host/system.ts';
import { ImageError, ShareError } from '../../web/store/errors.ts';
import { makeImage } from '../support/mtools.ts';
import { detached, explosive, NONSENSE, revoked, STRINGS } from './nonsense.ts';

class RealElement extends NeptuneOs {}
customElements.define('neptune-real', RealElement);

type Call = (element: RealElement, value: unknown) => Promise<unknown>;
const call =
  (method: keyof RealElement, ...before: unknown[]): Call =>
  (element, value) =>
    (element[method] as (...args: unknown[]) => Promise<unknown>).call(element, ...before, value);

/** Every argument that must be a string. */
const TEXT: Record<string, Call> = {
  'exec(line)': call('exec'),
  'readFile(path)': call('readFile'),
  'list(path)': call('list'),
  'writeFile(path)': (element, value) => element.writeFile(value as string, 'x'),
  'type(text)': call('type'),
  'insertDisk(drive)': (element, value) => element.insertDisk(value as string, new Blob()),
  'ejectDisk(drive)': call('ejectDisk'),
  'exportDisk(drive)': call('exportDisk'),
};

/** Options, where undefined means none. */
const OPTIONS: Record<string, Call> = {
  'insertDisk(drive, image, options)': call('insertDisk', 'B:', new Uint8Array(737_280)),
  'share(options)': call('share'),
  'showShare(options)': call('showShare'),
  'trace(options)': async (element, value) => {
    for await (const record of element.trace(value as object)) return record;
    return undefined;
  },
  'snapshot(options)': call('snapshot'),
  'look(sector)': call('look'),
  'time(request)': call('time'),
  'visit(recording, request)': call('visit', undefined),
};

/** What is wrong inside of options. */
const FIELDS: [string, unknown][] = [
  ['insertDisk(drive, image, options)', { label: 7 }],
  ['insertDisk(drive, image, options)', { label: explosive }],
  ['insertDisk(drive, image, options)', { writeProtected: 'yes' }],
  ['insertDisk(drive, image, options)', { persist: 7 }],
  ['insertDisk(drive, image, options)', { persist: null }],
  ['share(options)', { drives: 'A:' }],
  ['share(options)', { drives: [7] }],
  ['share(options)', { drives: [explosive] }],
  ['share(options)', { drives: ['Q:'] }],
  ['share(options)', { run: 7 }],
  ['share(options)', { base: 7 }],
  ['share(options)', { base: 'http://' }],
  ['trace(options)', { signal: 7 }],
  ['trace(options)', { interval: NaN }],
  ['trace(options)', { interval: explosive }],
  ['snapshot(options)', { kernel: 'yes' }],
  ['look(sector)', {}],
  ['look(sector)', { drive: 0, cylinder: 0, head: 0 }],
  ['look(sector)', { drive: 0, cylinder: -1, head: 0, id: 1 }],
  ['look(sector)', { drive: 0, cylinder: 0, head: 0.5, id: 1 }],
  ['time(request)', { do: 'stop' }],
  ['time(request)', { do: 'slow', times: NaN }],
  ['time(request)', { do: 'slow', times: 0 }],
  ['time(request)', { do: 'step', until: 'tomorrow' }],
  ['time(request)', { do: 'step', until: {} }],
  ['visit(recording, request)', { until: 'end' }],
  ['visit(recording, request)', { until: -1 }],
  ['visit(recording, request)', { memory: { of: 'disk', address: 0, length: 1 } }],
  ['visit(recording, request)', { questions: {} }],
  ['visit(recording, request)', { questions: [{ who: 'me' }] }],
  ['visit(recording, request)', { step: {} }],
];

/** The error; a call that throws instead of rejecting fails the test. */
async function outcome(where: string, run: () => Promise<unknown>): Promise<unknown> {
  let promise: Promise<unknown>;
  try {
    promise = run();
  } catch (error) {
    return assert.fail(`${where} threw at once: ${String(error)}`);
  }
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Objects are options without any of the names that count. */
function mayBeOptions(value: unknown): boolean {
  if (value === undefined) return true;
  return (
    typeof value === 'object' && value !== null && (value === revoked || !Array.isArray(value))
  );
}

function assertTypeError(error: unknown, where: string): void {
  assert.instanceOf(error, TypeError, `${where}: ${String(error)}`);
  assert.match((error as Error).message, /^(The|What|"|There).* .*\.$/, where);
}

for (const topology of ['single', 'isolated'] as const) {
  suite(`element/boundary in topology ${topology}`, function () {
    this.timeout(60_000);
    let element: RealElement;
    let agent: string;

    const agentId = async (): Promise<string> =>
      /(\d+)\s+agent\.exe/.exec((await element.exec('ps')).output)![1]!;

    suiteSetup(async () => {
      element = document.createElement('neptune-real') as RealElement;
      element.topology = topology;
      element.disks = { 'A:': { image: await makeImage({ kib: 1440, files: { X: 'x' } }) } };
      document.body.append(element);
      await element.ready;
      assert.equal(element.topology, topology);
      agent = await agentId();
    });

    suiteTeardown(() => element.remove());

    teardown(async () => {
      assert.equal(await agentId(), agent, 'the agent is the same');
      const counters = await element.counters();
      for (const name of ['ps.restart.agent', 'ps.restart.smss', 'io.restart.fatfs'])
        assert.notProperty(counters, name);
    });

    for (const [where, run] of Object.entries(TEXT))
      test(`${where} takes a string and nothing else`, async () => {
        const method = where.slice(0, where.indexOf('('));
        const nothing = () => (element[method as 'exec'] as () => Promise<unknown>)();
        assertTypeError(await outcome(where, nothing), `${method}()`);
        for (const [name, value] of Object.entries(NONSENSE)) {
          const error = await outcome(where, () => run(element, value));
          assertTypeError(error, `${where} with ${name}`);
        }
      });

    for (const [where, run] of Object.entries(TEXT))
      test(`${where} with troublesome strings is answered`, async () => {
        for (const [name, value] of Object.entries(STRINGS)) {
          const error = await outcome(where, () => run(element, value));
          if (error === undefined) continue;
          const known = [TypeError, SystemError, ImageError];
          const what = `${where} with ${name}: ${String(error)}`;
          assert.isTrue(
            known.some((type) => error instanceof type),
            what,
          );
        }
      });

    for (const [where, run] of Object.entries(OPTIONS))
      test(`${where} takes options and nothing else`, async () => {
        for (const [name, value] of Object.entries(NONSENSE)) {
          if (mayBeOptions(value)) continue;
          assertTypeError(await outcome(where, () => run(element, value)), `${where} with ${name}`);
        }
        for (const [, options] of FIELDS.filter(([of]) => of === where)) {
          const error = await outcome(where, () => run(element, options));
          assertTypeError(error, `${where} with ${Object.keys(options as object).join()}`);
        }
        const thrown = new Error('a getter of the page');
        const throwing = {
          get label(): string {
            throw thrown;
          },
          get drives(): string[] {
            throw thrown;
          },
          get signal(): AbortSignal {
            throw thrown;
          },
          get kernel(): boolean {
            throw thrown;
          },
          get cylinder(): number {
            throw thrown;
          },
          get until(): number {
            throw thrown;
          },
        };
        assert.equal(await outcome(where, () => run(element, throwing)), thrown);
      });

    test('what is no data is no file, and what is no image no disk', async () => {
      const write: Call = (own, value) => own.writeFile('A:\\NONE.BIN', value as string);
      const insert: Call = (own, value) => own.insertDisk('B:', value as Blob);
      for (const [name, value] of Object.entries({ ...NONSENSE, detached })) {
        const written = await outcome('writeFile', () => write(element, value));
        assertTypeError(written, `writeFile(path, ${name})`);
        const inserted = await outcome('insertDisk', () => insert(element, value));
        assertTypeError(inserted, `insertDisk(drive, ${name})`);
      }
      assertTypeError(await outcome('insertDisk', () => insert(element, 'http://')), 'no address');
      await assertRejects(element.readFile('A:\\NONE.BIN'), SystemError);
    });

    test('takeFiles takes an array, and nothing else', async () => {
      for (const [name, value] of Object.entries(NONSENSE)) {
        if (/^an (empty )?array$/.test(name)) continue;
        const taken = await outcome('takeFiles', () => element.takeFiles(value as File[]));
        assertTypeError(taken, `takeFiles(${name})`);
        assert.match(String(taken), /The files must be an array of files/);
      }
    });

    test('writeFile takes what a page has, as it is at the call', async () => {
      const bytes = Uint8Array.from({ length: 300 }, (_, i) => i);
      const { buffer } = bytes;
      const shared = new SharedArrayBuffer(300);
      new Uint8Array(shared).set(bytes);
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const other = frame.contentWindow as unknown as typeof globalThis;
      const chunks = [bytes.subarray(0, 100), bytes.slice(100)];
      const stream = () =>
        new ReadableStream<Uint8Array>({
          pull(controller) {
            const next = chunks.shift();
            if (next) controller.enqueue(next);
            else controller.close();
          },
        });
      /** Each piece is asked for when the one before was read, and overwrites it. */
      const reusing = () => {
        const piece = new Uint8Array(100);
        let at = 0;
        const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
          if (at === bytes.length) return controller.close();
          piece.set(bytes.subarray(at, (at += piece.length)));
          controller.enqueue(piece);
        };
        return new ReadableStream({ pull }, { highWaterMark: 0 });
      };
      const words = new Uint16Array(buffer.slice(0), 100, 50);
      const kinds: Record<string, [unknown, Uint8Array]> = {
        'a string': ['größe ✓\n', new TextEncoder().encode('größe ✓\n')],
        'an empty string': ['', new Uint8Array()],
        'half a character': ['\ud800', new TextEncoder().encode('\ufffd')],
        'a Blob': [new Blob([bytes]), bytes],
        'a File': [new File([bytes], 'x.bin'), bytes],
        'an empty Blob': [new Blob(), new Uint8Array()],
        'an ArrayBuffer': [buffer.slice(0), bytes],
        'a Uint8Array with an offset': [bytes.subarray(10, 20), bytes.slice(10, 20)],
        'a Uint16Array with an offset': [words, bytes.slice(100, 200)],
        'a Float64Array': [new Float64Array(buffer.slice(0, 296)), bytes.slice(0, 296)],
        'a DataView': [new DataView(buffer, 7, 50), bytes.slice(7, 57)],
        'shared memory': [shared, bytes],
        'a view of shared memory': [new Int8Array(shared, 5, 9), bytes.slice(5, 14)],
        'a Response': [new Response(bytes), bytes],
        'a stream': [stream(), bytes],
        'a stream with one buffer for all pieces': [reusing(), bytes],
        "another frame's Blob": [new other.Blob([bytes]), bytes],
        "another frame's bytes": [other.Uint8Array.from([...bytes]), bytes],
      };
      for (const [name, [data, expected]] of Object.entries(kinds)) {
        const written = element.writeFile('A:\\KIND.BIN', data as Blob);
        if (name === 'a Uint8Array with an offset') bytes.fill(0, 12, 14);
        await written;
        bytes.set([12, 13], 12);
        assert.deepEqual(await element.readFile('A:\\KIND.BIN'), expected, name);
      }
      frame.remove();
    });

    test('a stream or Response that is used, fails or gives no bytes is refused', async () => {
      const locked = new ReadableStream();
      locked.getReader();
      const used = new Response('x');
      await used.text();
      const strings = new ReadableStream({ start: (controller) => controller.enqueue('text') });
      const write = (data: unknown) =>
        outcome('writeFile', () => element.writeFile('A:\\S.BIN', data as Blob));
      for (const data of [locked, used, strings]) assertTypeError(await write(data), 'a stream');
      const failing = new ReadableStream({
        start: (controller) => controller.error(new Error('net')),
      });
      assert.match(String(await write(failing)), /net/);
      assert.match(String(await write(new Response('no', { status: 404 }))), /404/);
    });

    test('insertDisk takes the same kinds, and addresses', async () => {
      const image = await makeImage({ kib: 720, files: { 'IN.TXT': 'in' } });
      const shared = new SharedArrayBuffer(image.length + 16);
      new Uint8Array(shared).set(image, 16);
      const address = URL.createObjectURL(new Blob([image as Uint8Array<ArrayBuffer>]));
      const kinds: unknown[] = [
        image,
        image.slice().buffer,
        new DataView(image.slice().buffer),
        new Uint8Array(shared, 16),
        new Blob([image as Uint8Array<ArrayBuffer>]),
        new Response(image as Uint8Array<ArrayBuffer>),
        new Response(image as Uint8Array<ArrayBuffer>).body,
        address,
        new URL(address),
      ];
      for (const [index, kind] of kinds.entries()) {
        await element.insertDisk('B:', kind as Blob);
        const text = new TextDecoder().decode(await element.readFile('B:\\IN.TXT'));
        assert.equal(text, 'in', `kind ${index}`);
        await element.ejectDisk('B:');
      }
    });

    test('the methods that answer at once throw at once', () => {
      for (const value of Object.values(NONSENSE)) {
        assert.throws(() => element.typeLines(value as string), TypeError);
        assert.throws(() => element.say(value as string), TypeError);
        if (!mayBeOptions(value))
          assert.throws(() => element.typeLines('', value as object), TypeError);
      }
      assert.throws(() => element.typeLines('', { drives: ['Q:'] }), TypeError);
    });

    test('share() with commands that cannot be seen is a ShareError', async () => {
      await assertRejects(element.share({ run: 'a\u200bb' }), ShareError);
      await assertRejects(element.share({ run: '\ud800' }), ShareError);
    });
  });
}

suite('element/boundary of properties', () => {
  const WRONG: [string, unknown][] = [
    ['run', 7],
    ['run', explosive],
    ['diskA', { href: 'x' }],
    ['diskB', Symbol('s')],
    ['disks', 'A:'],
    ['disks', { 'A:': 7 }],
  ];
  for (const [name, value] of WRONG)
    test(`${name} of another kind fails the boot in words`, async () => {
      const element = document.createElement('neptune-real') as RealElement;
      Object.assign(element, { [name]: value });
      document.body.append(element);
      const error = await outcome(name, () => element.ready);
      assert.match(String(error), new RegExp(`could not boot: "${name}.* must be`));
      element.remove();
    });

  test('a first image of no known kind leaves its drive empty, and the system boots', async () => {
    const element = document.createElement('neptune-real') as RealElement;
    element.disks = { 'A:': { image: 7 as unknown as Blob } };
    document.body.append(element);
    await element.ready;
    const [result] = await element.firstDisks;
    assert.deepInclude(result, { drive: 'A:', arrived: false });
    assert.match(result!.why, /^The image must be .* and is a number\.$/);
    element.remove();
  }).timeout(30_000);
});

async function assertRejects(
  promise: Promise<unknown>,
  type: typeof SystemError | typeof ShareError,
) {
  const error = await promise.catch((reason: unknown) => reason);
  assert.isTrue(error instanceof type, String(error));
}
