/**
 * The page of the boot soak: boots the built component once, and says how that went.
 *
 *   bootOnce({ disk, limitMs })   resolves to { ms } or { ms, failed, screen, mailboxes }
 *
 * The system has its kernel memory in a closure; the page's first script keeps the shared memories
 * as they are made, so that the mailboxes' states can be told when a boot has failed.
 */
import { MAX_PROCESSORS } from '../../kernel-as/abi.ts';
import * as mailbox from '../../personality/sel4/mailbox.ts';
import type { NeptuneOs } from '../../web/element/neptune-os.ts';

export interface BootJob {
  /** Address of a disk image for drive A:. */
  disk?: string;
  limitMs: number;
}

export interface BootOutcome {
  ms: number;
  failed?: string;
  screen?: string;
  /** When which mailbox's state was seen to change. */
  mailboxes?: string[];
}

declare global {
  var sharedMemories: WebAssembly.Memory[];
  var bootOnce: (job: BootJob) => Promise<BootOutcome>;
}

const LOOK_MS = 4;
const STATES = ['ABSENT', 'SPARE', 'CLAIMED', 'REQUESTED', 'LOADED', 'FAILED', 'TAKEN'];

/** Looks at the mailboxes of the first memory that is made from now on: kernel memory. */
function watchMailboxes(): { changes: string[]; stop(): void } {
  globalThis.sharedMemories.length = 0;
  const start = performance.now();
  const seen: number[] = Array.from({ length: MAX_PROCESSORS }, () => 0);
  const changes: string[] = [];
  const timer = setInterval(() => {
    const memory = globalThis.sharedMemories[0];
    if (!memory) return;
    const words = new Int32Array(memory.buffer);
    for (let processor = 0; processor < MAX_PROCESSORS; processor++) {
      const word = Atomics.load(words, mailbox.stateWord(processor));
      if (word === seen[processor]) continue;
      seen[processor] = word;
      const life = word >> mailbox.LIFE_SHIFT;
      const state = STATES[word - (life << mailbox.LIFE_SHIFT)];
      const at = (performance.now() - start).toFixed(0);
      changes.push(`${at} ms: processor ${processor} ${state}, life ${life}`);
    }
  }, LOOK_MS);
  return { changes, stop: () => clearInterval(timer) };
}

async function within<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing in ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function use(machine: NeptuneOs, { limitMs }: BootJob): Promise<void> {
  await within(limitMs, 'boot', machine.boot());
  if (machine.topology !== 'isolated') throw new Error(`topology ${machine.topology}`);
  const { status, output } = await within(limitMs, 'exec', machine.exec('ver'));
  if (status !== 0) throw new Error(`ver: ${status} ${output}`);
  await within(limitMs, 'shutdown', machine.shutdown());
}

globalThis.bootOnce = async (job) => {
  await customElements.whenDefined('neptune-os');
  const watch = watchMailboxes();
  const start = performance.now();
  const machine = document.createElement('neptune-os') as NeptuneOs;
  machine.setAttribute('topology', 'isolated');
  if (job.disk) machine.setAttribute('disk-a', job.disk);
  try {
    document.body.append(machine);
    await use(machine, job);
    return { ms: performance.now() - start };
  } catch (error) {
    return {
      ms: performance.now() - start,
      failed: error instanceof Error ? error.message : String(error),
      screen: machine.screenText(),
      mailboxes: watch.changes,
    };
  } finally {
    watch.stop();
    machine.remove();
  }
};
