/**
 * Runs one program on a kernel of its own, in a browser or in Node.
 *
 *   runProgram(program, wasm)   resolves if it passed, rejects with what it found
 *
 * Where a program asks for several processors, all of them are in this JavaScript thread: they take
 * turns whenever the code of one waits. A program that is still waiting after TIME_LIMIT_MS has
 * found a lost wake-up, or is wrong itself.
 */
import {
  RuleError,
  createKernel,
  createMemories,
  createProcessor,
  isVMFault,
} from '../../../personality/sel4/index.ts';
import type { Entry, ImageLoader, RootEntry } from '../../../personality/sel4/index.ts';
import { Crash, NO_ENTRY, createBench, helperEntry } from './bench.ts';
import type { KernelAround, PortWrite, Surroundings } from './bench.ts';
import type { Program } from './program.ts';

const MIB = 1 << 20;
const TIME_LIMIT_MS = 15_000;

interface Parts {
  readonly wasm: WebAssembly.Module;
  readonly written: PortWrite[];
  onUncaught(error: unknown): void;
  /** The entries of helpers on a processor. */
  entries(processor: number): readonly [Entry, Entry];
}

interface Booted {
  readonly kernel: KernelAround;
  run(root: RootEntry): Promise<void>;
}

/** What ends a thread because a program means it to: only an unguarded helper's gets this far. */
function isMeant(error: unknown): boolean {
  if (error instanceof Crash || isVMFault(error)) return true;
  return error instanceof RuleError && error.message.startsWith(`no entry ${NO_ENTRY} `);
}

function optionsFor({ written, onUncaught, entries }: Parts, processor: number) {
  const write = (port: number, _width: number, value: number) => void written.push({ port, value });
  const [body, again] = entries(processor);
  const loader: ImageLoader = () =>
    Promise.resolve(() => ({ entries: [body, body, again], policy: 'yield' }));
  return { bus: { read: () => 0xff, write }, loader, onUncaught };
}

async function bootOne(parts: Parts): Promise<Booted> {
  const { wasm } = parts;
  const kernel = await createKernel({ wasm, ramBytes: MIB, ...optionsFor(parts, 0) });
  return { kernel, run: (root) => kernel.run(root, parts.entries(0)) };
}

function bootSeveral(parts: Parts, count: number): Booted {
  const common = {
    module: parts.wasm,
    ...createMemories(16 * MIB, MIB),
    topology: 'isolated',
    policy: 'yield',
  } as const;
  const first = createProcessor({ ...common, ...optionsFor(parts, 0), index: 0 });
  function run(root: RootEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      first.runRoot((...args) => root(...args).then(resolve, reject), parts.entries(0));
      // They join a kernel that has booted.
      for (let index = 1; index < count; index++) {
        createProcessor({ ...common, ...optionsFor(parts, index), index }).serve();
      }
    });
  }
  return { kernel: first, run };
}

async function execute(
  program: Program,
  wasm: WebAssembly.Module,
  fail: (error: unknown) => void,
): Promise<void> {
  const helpers: Pick<Surroundings, 'bodies' | 'starts' | 'fail'> = {
    bodies: [],
    starts: [],
    fail,
  };
  const written: PortWrite[] = [];
  const { processors = 1 } = program;
  const parts: Parts = {
    wasm,
    written,
    onUncaught(error) {
      if (!isMeant(error)) fail(error);
    },
    entries: (index) => [helperEntry(helpers, 'body', index), helperEntry(helpers, 'again', index)],
  };
  const { kernel, run } = processors > 1 ? bootSeveral(parts, processors) : await bootOne(parts);
  await run(async (thread, info, platform) => {
    const bench = createBench({ kernel, written, ...helpers }, thread, info, platform);
    try {
      await program.run(bench);
    } finally {
      bench.close();
    }
  });
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
