/**
 * What the page does to a recorded system, by name: one table for who records it, who checks a
 * recording, and who does it again.
 *
 *   recorded(system, recorder)   the system's inputs; each is logged before it is done
 *   perform(system, input)       one from a log
 *   isInput(value)               whether a value of a log is one
 */
import { type AgentAnswer, type AgentRequest, cleanRequest } from '../agent-protocol.ts';
import type { LocalSystem } from '../local-system.ts';
import type { MachineControl } from '../protocol.ts';
import type { Recorder } from './recorder.ts';

type Driven = Pick<LocalSystem, 'start' | 'host' | 'queue'>;
type Check = (value: unknown) => boolean;

const isDrive: Check = (value) => value === 0 || value === 1;
const isTruth: Check = (value) => typeof value === 'boolean';
const isBytes: Check = (value) => value instanceof Uint8Array;
const isText: Check = (value) => typeof value === 'string' && value.length <= 64;
const isPlace: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isRange: Check = (value) => {
  const { offset, length } = (value ?? {}) as Record<string, unknown>;
  return isPlace(offset) && isPlace(length);
};
const isRanges: Check = (value) => Array.isArray(value) && value.every(isRange);
const isRequest: Check = (value) => {
  try {
    return !!cleanRequest(value);
  } catch {
    return false;
  }
};
const orNone =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

interface Kind {
  readonly args: readonly Check[];
  do(system: Driven, args: readonly unknown[]): unknown;
}

const onMachine = (name: keyof MachineControl, ...args: Check[]): Kind => ({
  args,
  do: ({ host }, given) =>
    (host.control[name] as (...args: readonly unknown[]) => unknown)(...given),
});

const KINDS: Readonly<Record<string, Kind>> = {
  start: { args: [], do: (system) => system.start() },
  insert: onMachine('insert', isDrive, isBytes, isTruth, orNone(isRanges), orNone(isBytes)),
  eject: onMachine('eject', isDrive),
  keep: onMachine('keep', isDrive),
  type: onMachine('type', isBytes),
  key: onMachine('key', isText, isTruth),
  ask: {
    args: [isRequest],
    do: ({ queue }, [request]) => queue.ask(cleanRequest(request)),
  },
};

export type Input = readonly [name: string, ...args: unknown[]];

export function isInput(value: unknown): value is Input {
  if (!Array.isArray(value)) return false;
  const [name, ...args] = value as unknown[];
  if (typeof name !== 'string' || !Object.hasOwn(KINDS, name)) return false;
  const checks = KINDS[name]!.args;
  return args.length <= checks.length && checks.every((check, i) => check(args[i]));
}

export function perform(system: Driven, [name, ...args]: Input): unknown {
  return KINDS[name]!.do(system, args);
}

export interface RecordedInputs {
  readonly control: MachineControl;
  start(): void;
  ask(request: AgentRequest): Promise<AgentAnswer>;
}

export function recordedInputs(system: Driven, recorder: Recorder): RecordedInputs {
  const { control } = system.host;
  const one = (...input: Input): unknown => {
    recorder.input(...input);
    return perform(system, input);
  };
  return {
    control: {
      ...control,
      insert: (...given) => void one('insert', ...given),
      eject: (drive) => one('eject', drive) as ReturnType<MachineControl['eject']>,
      keep: (drive) => one('keep', drive) as ReturnType<MachineControl['keep']>,
      type: (bytes) => void one('type', bytes),
      key: (code, down) => void one('key', code, down),
    },
    start: () => void one('start'),
    ask: (request) => one('ask', request) as Promise<AgentAnswer>,
  };
}
