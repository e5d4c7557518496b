/**
 * Starts workers, and ends them. Where their code comes from is code.ts.
 */
import { type Remote, wrap } from 'comlink';
import type { Code } from './code.ts';
import { type Answers, receiveNotes, type Role } from './notes.ts';
import type {
  ExecutiveControl,
  ExecutiveWorkerInit,
  ImageControl,
  MachineInit,
  MachineWorkerControl,
  PageServices,
  ProcessorControl,
  ProcessorInit,
  ReplayControl,
  ReplayInit,
  SingleControl,
  SingleInit,
  StartMessage,
} from './protocol.ts';

export interface Spawned<Control> {
  readonly control: Remote<Control>;
  /** Ends the worker at once, and frees its ports. */
  terminate(): void;
  /** Called when the worker's script could not run. */
  onError: ((reason: string) => void) | undefined;
}

/** Whom an answer does not reach is gone: that is no error. */
function answersTo(control: Remote<MachineWorkerControl & ImageControl>): Answers {
  const gone = (): void => undefined;
  return {
    committed: (...answer) => void control.committed(...answer).catch(gone),
    imageCame: (...answer) => void control.imageCame(...answer).catch(gone),
  };
}

function start<Control, Init>(
  worker: Worker,
  role: Role,
  init: Init,
  services: PageServices,
): Spawned<Control> {
  const control = new MessageChannel();
  const notes = new MessageChannel();
  const remote = wrap<Control>(control.port1);
  const answers = answersTo(remote as unknown as Remote<MachineWorkerControl & ImageControl>);
  receiveNotes(notes.port1, role, services, answers);
  const message: StartMessage<Init> = { init, control: control.port2, notes: notes.port2 };
  worker.postMessage(message, [control.port2, notes.port2]);
  const spawned: Spawned<Control> = {
    control: remote,
    onError: undefined,
    terminate() {
      worker.terminate();
      control.port1.close();
      notes.port1.close();
    },
  };
  worker.onerror = (event) => {
    spawned.onError?.(event.message || 'its script could not be loaded');
  };
  return spawned;
}

export function spawnExecutive(
  code: Code,
  init: ExecutiveWorkerInit,
  services: PageServices,
): Spawned<ExecutiveControl> {
  return start(code.start('executive'), 'executive', init, services);
}

export function spawnProcessor(
  code: Code,
  init: ProcessorInit,
  services: PageServices,
): Spawned<ProcessorControl> {
  return start(code.start('processor'), 'process', init, services);
}

export function spawnMachine(
  code: Code,
  init: MachineInit,
  services: PageServices,
): Spawned<MachineWorkerControl> {
  return start(code.start('machine'), 'machine', init, services);
}

export function spawnSingle(
  code: Code,
  init: SingleInit,
  services: PageServices,
): Spawned<SingleControl> {
  return start(code.start('single'), 'single', init, services);
}

/** What it has to tell a page is told to nobody. */
export function spawnReplay(
  code: Code,
  init: ReplayInit,
  services: PageServices,
): Spawned<ReplayControl> {
  return start(code.start('replay'), 'single', init, services);
}
