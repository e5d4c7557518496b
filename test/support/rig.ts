/**
 * The whole system in the test's own page: real kernel, Executive, drivers, machine, on one
 * processor (topology single).
 *
 * What a rig adds is reach: the machine to inject faults into, images of the test's own, and the
 * Executive's components for tests that do to a process what only the Executive can do. Everything
 * else goes through the agent, as for a page.
 *
 *   const rig = await bootRig({ disks: [image] })
 *   await rig.exec('dir')                     { status, output }
 *   await rig.asExecutive((executive) => ...) runs on the Executive's thread, between two requests
 */
import type { AgentRequest, AgentResults, ExecResult } from '../../web/host/agent-protocol.ts';
import { imageAddresses } from '../../web/host/code.ts';
import { kernelModule } from '../../web/host/kernel-module.ts';
import type { HostQueue } from '../../web/host/host-queue.ts';
import { createLocalSystem, type LocalSystem } from '../../web/host/local-system.ts';
import type { Tone } from '../../web/host/protocol.ts';
import { BUILD } from '../../web/host/record/build.ts';
import { recordedInputs, type RecordedInputs } from '../../web/host/record/inputs.ts';
import { Recorder } from '../../web/host/record/recorder.ts';
import { SystemError } from '../../web/host/system.ts';
import type { KeepResult, Machine, NvramAnswer, NvramRequest } from '../../web/machine/types.ts';
import type { ByteRange, DiskChange } from '../../web/store/types.ts';
import { NT_SUCCESS } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { executiveMain } from '../../personality/ntos/boot.ts';
import { createCc } from '../../personality/ntos/cc/index.ts';
import type { Executive } from '../../personality/ntos/executive.ts';
import type { ExecutiveOptions } from '../../personality/ntos/options.ts';
import { driverRegistry } from '../../drivers/registry.ts';
import { defaultOptions } from '../../personality/ntos/index.ts';
import { createIo } from '../../personality/ntos/io/index.ts';
import type { Door } from '../../personality/sel4/door.ts';
import { PLATFORM_IRQ } from '../../personality/sel4/index.ts';
import type { Image, Platform } from '../../personality/sel4/types.ts';
import { inTask } from './in-task.ts';
import { keepIfFailed } from './kept.ts';
import { withoutMarks } from './marks.ts';

export interface RigOptions {
  /** Images in drives A: and B:. */
  disks?: (Uint8Array | undefined)[];
  writeProtected?: boolean;
  /** Programs and drivers of the test's own, by image name. */
  images?: Record<string, Image>;
  executive?: Partial<ExecutiveOptions>;
  /** Where time comes from. Default: the platform. */
  door?: Door;
  commit?(drive: number, changes: DiskChange[], asked: boolean): Promise<KeepResult>;
  /** Default: the battery-backed memory is empty, and lasts as long as the rig. */
  nvram?(request: NvramRequest, changes: DiskChange[]): Promise<NvramAnswer>;
}

export interface Rig {
  readonly machine: Machine;
  /** Everything that the terminal has shown. */
  screen(): string;
  /** The same as it came, with what no eye sees. */
  line(): string;
  type(text: string): void;
  /** A key of the machine's keyboard. */
  key(code: string, down: boolean): void;
  ask<R extends AgentRequest>(request: R): Promise<AgentResults[R['op']]>;
  exec(line: string): Promise<ExecResult>;
  /** The same, and the test fails unless the command succeeds; its output. */
  run(line: string): Promise<string>;
  counters(): Promise<Record<string, number>>;
  asExecutive<T>(body: (executive: Executive) => T | Promise<T>): Promise<T>;
  insert(
    drive: number,
    image: Uint8Array,
    writeProtected?: boolean,
    damaged?: readonly ByteRange[],
  ): void;
  eject(drive: number): Promise<Uint8Array | undefined>;
  /** A copy of the medium as it is now. */
  image(drive?: number): Uint8Array;
  /** Processes that died of a fault, in order. */
  readonly faults: { image: string; status: number; restarted: boolean }[];
  /** Why the Executive gave up, if it did. */
  panic(): string;
  readonly queue: HostQueue;
  /** What the speaker did. */
  readonly tones: readonly Tone[];
  readonly uncaught: unknown[];
  /** Stops the machine: nothing happens in this system any more. */
  end(): void;
  /** Resolves when the screen ends in a prompt, rejects after some seconds. */
  prompt(): Promise<void>;
}

const PROMPT = /[A-Z]:\\[^\r\n]*>$/;
const RAM_BYTES = 32 << 20;
const PROMPT_MS = 15_000;
/** Where time is virtual it is the door that finds out that nothing happens. */
const VIRTUAL_PROMPT_MS = 100_000;

const unrecorded = (system: LocalSystem): RecordedInputs => ({
  control: system.host.control,
  start: () => system.start(),
  ownImage: () => undefined,
  ask: (request) => system.queue.ask(request),
});

export async function bootRig(options: RigOptions = {}): Promise<Rig> {
  const faults: Rig['faults'] = [];
  const uncaught: unknown[] = [];
  let executive: Executive | undefined;
  const wishes: ((executive: Executive) => void)[] = [];
  let screen = '';
  let panic = '';
  const tones: Tone[] = [];
  const main = executiveMain(
    {
      ...defaultOptions,
      drivers: driverRegistry,
      bootImages: ['smss.exe', 'agent.exe'],
      criticalImages: ['smss.exe', 'agent.exe'],
      onProcessFault(image, status, restarted) {
        system.processEnded(image);
        faults.push({ image, status, restarted });
      },
      onPanic: (reason) => (panic = reason),
      ...options.executive,
    },
    { createIo: (created) => createIo((executive = created)), createCc },
  );
  // The Executive asks for events on its own thread: there the test's wishes are done.
  const listening = (platform: Platform): Platform => ({
    ...platform,
    events() {
      for (const wish of wishes.splice(0)) if (executive) wish(executive);
      return platform.events();
    },
  });
  // A door of the test's own is a time of its own, which no log has.
  const recorder = options.door ? undefined : new Recorder();
  const settings = { ramBytes: RAM_BYTES, speed: 'fast' } as const;
  const system = createLocalSystem({
    module: await kernelModule(),
    ...settings,
    door: recorder?.door ?? options.door,
    services: {
      serialOutput: (bytes) => void (screen += new TextDecoder().decode(bytes)),
      sound: (heard) => void tones.push(...heard),
      keyboard: () => undefined,
      commit: (drive, changes, asked) =>
        options.commit?.(drive, changes, asked) ?? Promise.resolve('kept'),
      nvram: (request, changes) =>
        options.nvram?.(request, changes) ?? Promise.resolve({ result: 'kept' }),
      written: () => undefined,
    },
    images: imageAddresses(),
    executive: (thread, bootInfo, platform) => main(thread, bootInfo, listening(platform)),
    wrapLoader: (load) => async (name) => options.images?.[name.toLowerCase()] ?? load(name),
    onUncaught: (error) => uncaught.push(error),
  });
  const { machine, host, queue } = system;
  recorder?.attach(system.witness);
  const inputs = recorder ? recordedInputs(system, recorder) : unrecorded(system);
  const kept =
    recorder && keepIfFailed({ recording: () => recorder.take({ build: BUILD, ...settings }) });
  const { control } = inputs;
  options.disks?.forEach((disk, drive) => {
    if (disk) control.insert(drive, disk.slice(), options.writeProtected ?? false);
  });
  inputs.start();

  async function ask<R extends AgentRequest>(request: R): Promise<AgentResults[R['op']]> {
    const answer = await inTask(() => inputs.ask(request));
    if ('error' in answer) throw new SystemError(answer.error.status, answer.error.message);
    return answer.result as AgentResults[R['op']];
  }

  const rig: Rig = {
    machine,
    faults,
    uncaught,
    tones,
    queue,
    ask,
    panic: () => panic,
    screen: () => withoutMarks(screen),
    line: () => screen,
    type: (text) => control.type(new TextEncoder().encode(text)),
    key: (code, down) => control.key(code, down),
    exec: (line) => ask({ op: 'exec', line }),
    async run(line) {
      const { status, output } = await rig.exec(line);
      if (!NT_SUCCESS(status)) throw new Error(`${line}: ${statusName(status)}: ${output}`);
      return output;
    },
    async counters() {
      return { ...(await ask({ op: 'counters' })), ...host.control.counters() };
    },
    asExecutive: (body) =>
      new Promise((resolve, reject) => {
        wishes.push((own) => {
          own.ke.spawn('test', async () => {
            try {
              resolve(await body(own));
            } catch (error) {
              reject(error instanceof Error ? error : new Error(String(error)));
            }
          });
        });
        system.processor.interrupt(PLATFORM_IRQ);
      }),
    insert: (drive, image, writeProtected = false, damaged = []) =>
      control.insert(drive, image.slice(), writeProtected, damaged),
    eject: (drive) => control.eject(drive),
    image: (drive = 0) => machine.medium(drive)!.slice(),
    end() {
      system.stop();
      kept?.ended();
    },
    async prompt() {
      const start = performance.now();
      const limit = options.door ? VIRTUAL_PROMPT_MS : PROMPT_MS;
      while (!PROMPT.test(rig.screen())) {
        if (panic) throw new Error(panic);
        if (performance.now() - start > limit)
          throw new Error(`no prompt; the screen says: ${JSON.stringify(screen)}`);
        await new Promise((done) => setTimeout(done, 5));
      }
    },
  };
  return rig;
}
