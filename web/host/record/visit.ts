/**
 * A recorded session at one moment, and questions about what led there: a replay that lives on.
 *
 *   visit(recording, parts, request)   replays to the moment, answers, and ends
 *
 * What is asked of the system itself (a snapshot) is asked of the copy, when it has come there: a
 * process of it answers, as ever, and nobody else sees that the copy has moved on.
 */
import { platformDoor } from '../../../personality/sel4/door.ts';
import type { KernelSnapshot } from '../agent-protocol.ts';
import type { LocalSystem } from '../local-system.ts';
import { Finder } from './finder.ts';
import { type Past, type ReplayParts, revive } from './replay.ts';
import type { Recording, VisitRequest, VisitResult } from './types.ts';

/** An agent that has not started yet, or that died, does not answer. */
const PATIENCE_MS = 5000;

export async function visit(
  recording: Recording,
  parts: ReplayParts,
  request: VisitRequest,
): Promise<VisitResult> {
  const finder = new Finder(request.questions ?? [], request.keep);
  const places = new Places(request.step);
  const asks = (request.questions ?? []).length > 0;
  const { until } = request;
  const { result, system, free, stop } = await revive(
    recording,
    asks ? { ...parts, observe: finder.observe, onLoaded: finder.onLoaded } : parts,
    {
      ...(until === undefined ? {} : { until }),
      onSystem(past) {
        finder.begin(past);
        places.begin(past);
      },
      ...(asks && { onBegin: () => finder.event() }),
      ...(places.wanted && { onPlace: (entry: number) => places.at(entry) }),
      ...((asks || places.wanted) && {
        onMark: (...mark) => {
          finder.marked(...mark);
          places.happened?.marked(...mark);
        },
      }),
    },
  );
  const { found } = finder;
  const more: { snapshot?: KernelSnapshot; memory?: Uint8Array } = {};
  if (request.memory) more.memory = memoryOf(system, request.memory);
  if (request.snapshot) {
    free();
    const snapshot = await snapshotOf(system);
    if (snapshot) more.snapshot = snapshot;
  }
  stop();
  return { ...result, ...more, found, ...(places.place !== undefined && { place: places.place }) };
}

function memoryOf(
  { memories }: LocalSystem,
  { of, address, length }: NonNullable<VisitRequest['memory']>,
): Uint8Array {
  const { buffer } = of === 'ram' ? memories.ram : memories.memory;
  return new Uint8Array(buffer).slice(address, address + length);
}

async function snapshotOf({ queue }: LocalSystem): Promise<KernelSnapshot | undefined> {
  const late = new Promise<undefined>((resolve) =>
    platformDoor.later(() => resolve(undefined), PATIENCE_MS),
  );
  const answer = await Promise.race([queue.ask({ op: 'snapshot', kernel: true }), late]);
  return answer && 'result' in answer ? (answer.result as KernelSnapshot) : undefined;
}

/** Places where the replay could stop: which of them a step ends at. */
class Places {
  place: number | undefined;
  happened: Past['happened'] | undefined;
  readonly #step: VisitRequest['step'];
  #count: () => number = () => 0;
  #was = 0;

  constructor(step: VisitRequest['step']) {
    this.#step = step;
  }

  get wanted(): boolean {
    return this.#step !== undefined;
  }

  begin({ happened }: Past): void {
    if (!this.#step) return;
    this.happened = happened;
    this.#count = happened.counted(this.#step.by);
    this.#was = this.#count();
  }

  at(entry: number): void {
    const { before = Infinity, after } = this.#step!;
    const now = this.#count();
    if (now === this.#was) return;
    this.#was = now;
    if (entry >= before || (after !== undefined && entry <= after)) return;
    if (after === undefined || this.place === undefined) this.place = entry;
  }
}
