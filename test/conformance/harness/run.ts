/**
 * Runs one program on a kernel of its own, in a browser or in Node.
 *
 *   runProgram(program, wasm)   resolves if it passed, rejects with what it found
 *
 * A program that is still waiting after TIME_LIMIT_MS has found a lost wake-up, or is wrong itself.
 */
import { RuleError, createKernel } from '../../../personality/sel4/index.ts';
import type { BootedKernel } from '../../../personality/sel4/index.ts';
import { Crash, NO_ENTRY, createBench, helperEntry } from './bench.ts';
import type { PortWrite, Surroundings } from './bench.ts';
import type { Program } from './program.ts';

const MIB = 1 << 20;
const TIME_LIMIT_MS = 15_000;

/** What ends a thread because a program means it to. */
function isMeant(error: unknown): boolean {
  if (error instanceof Crash) return true;
  return error instanceof RuleError && error.message.startsWith(`no entry ${NO_ENTRY} `);
}

async function execute(
  program: Program,
  wasm: WebAssembly.Module,
  fail: (error: unknown) => void,
): Promise<void> {
  const bodies: Surroundings['bodies'] = [];
  const written: PortWrite[] = [];
  const helpers = [
    helperEntry({ bodies, fail }, 'body'),
    helperEntry({ bodies, fail }, 'again'),
  ] as const;
  const kernel: BootedKernel = await createKernel({
    wasm,
    ramBytes: MIB,
    bus: { read: () => 0xff, write: (port, _width, value) => written.push({ port, value }) },
    loader: () => Promise.resolve(() => ({ entries: [helpers[0], ...helpers] })),
    onUncaught(error) {
      if (!isMeant(error)) fail(error);
    },
  });
  await kernel.run(async (thread, info, platform) => {
    const bench = createBench({ kernel, bodies, fail, written }, thread, info, platform);
    try {
      await program.run(bench);
    } finally {
      bench.close();
    }
  }, helpers);
}

export function runProgram(program: Program, wasm: WebAssembly.Module): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = new Error(`${program.id}: still waiting after ${TIME_LIMIT_MS / 1000} s`);
    const timer = setTimeout(() => fail(late), TIME_LIMIT_MS);
    // The first that is found counts: settling again does nothing.
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      reject(error);
    };
    execute(program, wasm, fail).then(() => {
      clearTimeout(timer);
      resolve();
    }, fail);
  });
}
