/**
 * The same inputs at the same virtual times make the same system (topology single): every record of
 * the kernel's trace is the same, from the root task's first entry on.
 */
import { assert } from 'chai';
import { driverRegistry } from '../../drivers/registry.ts';
import { createExecutive } from '../../personality/ntos/index.ts';
import type { Trace, TraceRecord } from '../../personality/sel4/types.ts';
import { imageAddresses } from '../../web/host/code.ts';
import { BOOT_IMAGES } from '../../web/host/executive.ts';
import { kernelModule } from '../../web/host/kernel-module.ts';
import { createLocalSystem } from '../../web/host/local-system.ts';
import { withoutMarks } from '../support/marks.ts';
import { makeImage } from '../support/mtools.ts';
import { VirtualDoor } from '../support/virtual-door.ts';

/** [milliseconds, what is typed] */
type Inputs = readonly (readonly [number, string])[];

interface Life {
  /** A line for each record. */
  readonly trace: string[];
  readonly screen: string;
  readonly commits: number;
  readonly medium: Uint8Array;
}

const line = (record: TraceRecord): string => {
  const { kind, thread, badge, label, detail, time } = record;
  return [kind, thread, badge, label, detail, time].join(' ');
};

/**
 * A system's life: it boots, gets its inputs, and ends when the screen says so. The store takes
 * `storeMs` of the browser's own time for each commit.
 */
async function live(disk: Uint8Array, inputs: Inputs, storeMs: number): Promise<Life> {
  const door = new VirtualDoor();
  const lines: string[] = [];
  let trace: Trace | undefined;
  let screen = '';
  let commits = 0;
  const main = createExecutive({
    drivers: driverRegistry,
    bootImages: BOOT_IMAGES,
    criticalImages: BOOT_IMAGES,
  });
  const system = createLocalSystem({
    module: await kernelModule(),
    ramBytes: 32 << 20,
    speed: 'fast',
    door,
    images: imageAddresses(),
    services: {
      serialOutput: (bytes) => void (screen += new TextDecoder().decode(bytes)),
      nvram: () => Promise.resolve({ result: 'kept' }),
      commit: async () => {
        commits++;
        if (storeMs > 0) await new Promise((done) => setTimeout(done, storeMs));
        return 'kept';
      },
      sound: () => undefined,
      keyboard: () => undefined,
      written: () => undefined,
    },
    executive: (thread, bootInfo, platform) => {
      ({ trace } = platform);
      trace.start();
      return main(thread, bootInfo, platform);
    },
    onUncaught: (error) => void lines.push(String(error)),
  });
  door.onLook = () => {
    const { records, lost } = trace?.read() ?? { records: [], lost: 0 };
    // While the Executive maps RAM nobody looks at the clock, and the ring overflows.
    if (lost > 0) lines.push(`${lost} records lost`);
    for (const record of records) lines.push(line(record));
  };
  system.host.control.insert(0, disk.slice(), false);
  for (const [ms, text] of inputs)
    door.at(ms, () => void system.host.control.type(new TextEncoder().encode(text)));
  system.start();
  await door.run(() => LAST.test(withoutMarks(screen)));
  system.stop();
  return { trace: lines, screen, commits, medium: system.machine.medium(0)!.slice() };
}

/** Index of the first record that differs, -1 for none. */
function difference(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if (a[i] !== b[i]) return i;
  return -1;
}

function assertSameTrace(a: Life, b: Life): void {
  const at = difference(a.trace, b.trace);
  if (at < 0) return;
  const near = (life: Life): string => life.trace.slice(Math.max(0, at - 3), at + 4).join('\n');
  assert.fail(`record ${at} differs:\n${near(a)}\n---\n${near(b)}`);
}

const INPUTS: Inputs = [
  [4000, 'vol\r'],
  [5000, 'echo hello>A:\\NEW.TXT\r'],
  [9000, 'sync\r'],
  [9000.5, 'type NEW.TXT\r'],
  [15_000, 'time\r'],
];
const LAST = /time\r?\n[^\r\n]*\d+:\d\d[^>]*>$/;

suite('system/determinism', function () {
  this.timeout(120_000);

  test('two boots with the same inputs are the same; one with others is not', async () => {
    const disk = await makeImage({ kib: 1440 });
    const first = await live(disk, INPUTS, 0);
    const second = await live(disk, INPUTS, 40);
    assert.isAbove(first.trace.length, 5000);
    assert.isAbove(first.commits, 0);
    assertSameTrace(first, second);
    assert.equal(second.screen, first.screen);
    assert.deepEqual(second.medium, first.medium);
    assert.include(first.screen, 'hello');

    const [[ms, text], ...others] = INPUTS as [[number, string], ...Inputs];
    const third = await live(disk, [[ms + 1, text], ...others], 0);
    assert.isAtLeast(difference(first.trace, third.trace), 0);
  });
});
