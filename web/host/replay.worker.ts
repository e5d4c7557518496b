/**
 * A recorded session, replayed (record/replay.ts): the same code as single.worker.ts, which it is
 * checked against by its build. Loaded when a session is replayed, and never else.
 */
import { stackOf } from '../../personality/sel4/text.ts';
import { hostedExecutive } from './executive.ts';
import type { ReplayControl, ReplayInit } from './protocol.ts';
import { visit } from './record/visit.ts';
import { startWorker } from './worker-entry.ts';

startWorker((init: ReplayInit, { services, imageCame }): ReplayControl => {
  const { module, images, recording, request, own } = init;
  const parts = {
    module,
    images,
    own,
    laterImage: services.image,
    serialOutput: services.serialOutput,
    onUncaught: (error: unknown) => services.log(stackOf(error)),
    // What it tells a page of was told when it happened.
    executive: (onEnd: (image: string) => void) =>
      hostedExecutive({ drivers: {} }, { ...services, ...silent }, onEnd),
  };
  return { imageCame, run: () => visit(recording, parts, request) };
});

const nothing = (): void => undefined;
const silent = { fault: nothing, dirty: nothing, halted: nothing, panic: nothing };
