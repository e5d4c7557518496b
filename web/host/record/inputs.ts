/**
 * What the page does to a recorded system, by name.
 *
 *   recordedInputs(system, recorder)   the system's inputs; each is logged before it is done
 *   perform(system, input)             one from a log, which input-checks.ts has looked at
 *   copied(value)                      what the machine may change without changing the log
 */
import type { AgentAnswer, AgentRequest } from '../agent-protocol.ts';
import type { LocalSystem } from '../local-system.ts';
import type { MachineControl } from '../protocol.ts';
import type { Recorder } from './recorder.ts';

type Driven = Pick<LocalSystem, 'start' | 'host' | 'queue'> & {
  /** Of a replay: the page's own image of that name comes (own-images.ts). */
  addImage?(name: string): void;
};
type OnMachine = 'insert' | 'eject' | 'keep' | 'type' | 'key' | 'fault';
type Act = (system: Driven, args: readonly unknown[]) => unknown;

const onMachine =
  (name: OnMachine): Act =>
  ({ host }, args) =>
    (host.control[name] as (...args: readonly unknown[]) => unknown)(...args);

export const INPUTS = {
  start: (system) => system.start(),
  insert: onMachine('insert'),
  eject: onMachine('eject'),
  keep: onMachine('keep'),
  type: onMachine('type'),
  key: onMachine('key'),
  fault: onMachine('fault'),
  image: (system, [name]) => system.addImage?.(name as string),
  ask: ({ queue }, [request]) => queue.ask(request as AgentRequest),
} satisfies Readonly<Record<OnMachine | 'start' | 'image' | 'ask', Act>>;

/** A disk is the machine's from then on, which writes into it. */
export const copied = (value: unknown): unknown =>
  value instanceof Uint8Array ? value.slice() : value;

export type Input = readonly [name: keyof typeof INPUTS, ...args: unknown[]];

export const perform = (system: Driven, [name, ...args]: Input): unknown =>
  INPUTS[name](system, args);

export interface RecordedInputs {
  readonly control: MachineControl;
  start(): void;
  /** The page has an image of its own; where it is, is the page's affair. */
  ownImage(name: string, code: Uint8Array): void;
  ask(request: AgentRequest): Promise<AgentAnswer>;
}

export function recordedInputs(system: Driven, recorder: Recorder): RecordedInputs {
  const recorded = (name: Input[0]) =>
    ((...args: readonly unknown[]) => {
      const act = (): unknown => {
        recorder.input(name, ...args);
        return perform(system, [name, ...args]);
      };
      return recorder.gate ? recorder.gate.input(act, [name, ...args]) : act();
    }) as never;
  return {
    control: {
      ...system.host.control,
      insert: recorded('insert'),
      eject: recorded('eject'),
      keep: recorded('keep'),
      type: recorded('type'),
      key: recorded('key'),
      fault: recorded('fault'),
    },
    start: recorded('start'),
    ownImage: recorded('image'),
    ask: recorded('ask'),
  };
}
