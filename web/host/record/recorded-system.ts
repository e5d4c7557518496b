/**
 * A system of topology *single* whose session is recorded from its boot.
 *
 *   createRecordedSystem(parts, limits)   its inputs are to be called in tasks of their own
 */
import { createLocalSystem, type LocalParts, type LocalSystem } from '../local-system.ts';
import { BUILD } from './build.ts';
import { recordedInputs, type RecordedInputs } from './inputs.ts';
import { type Limits, Recorder } from './recorder.ts';
import type { Recording } from './types.ts';

export interface RecordedSystem extends RecordedInputs {
  readonly system: LocalSystem;
  readonly recorder: Recorder;
  /** What was recorded so far; the session goes on. */
  recording(): Recording;
}

export function createRecordedSystem(parts: LocalParts, limits?: Partial<Limits>): RecordedSystem {
  const recorder = new Recorder(limits, parts.door);
  const system = createLocalSystem({ ...parts, door: recorder.door });
  recorder.attach(system.witness);
  const { ramBytes, speed } = parts;
  return {
    ...recordedInputs(system, recorder),
    system,
    recorder,
    recording: () => recorder.take({ build: BUILD, ramBytes, speed }),
  };
}
