/**
 * The processes that the system depends on: started at boot, and started again when they end.
 *
 * `bootImages` are started in order. Those that are among `criticalImages` have a guardian, which
 * terminate() asks at the end of the process: it says at once that a new one will come, and makes
 * it in a coroutine. NT would stop the machine; here the new process finds what the old one left
 * in the Executive, and goes on. What ends too often (rtl/restarts.ts), or cannot be started
 * again, is a panic in words: never a system that looks alive and is not.
 *
 *   startBootImages(executive)   resolves when each was started once
 *
 * Counter: `ps.restart.<image without its ending>`.
 */
import { RESTART_WINDOW, RestartLimit, RESTARTS } from '../../rtl/restarts.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { describeStatus } from '../../rtl/status.ts';
import type { PsNeeds } from './needs.ts';

/** Attempts to load an image before it counts as impossible, and the pause between them. */
const ATTEMPTS = 3;
const PAUSE = 100_000;
/** How often to look whether a shutdown was given up. */
const STOPPING_PAUSE = 1_000_000;

export async function startBootImages(executive: PsNeeds): Promise<void> {
  const { options, ke } = executive;
  for (const [index, image] of options.bootImages.entries()) {
    if (options.criticalImages.includes(image)) {
      await new Keeper(executive, image).start();
      continue;
    }
    const status = await startImage(executive, image);
    if (status === Status.STATUS_SUCCESS) continue;
    // Only the first one is indispensable.
    if (index === 0) ke.panic(`${image}: ${describeStatus(status)}`);
    else ke.log(`${image}: ${describeStatus(status)}`);
  }
}

async function startImage(
  { options, ps, ob }: PsNeeds,
  image: string,
  guardian?: (status: number) => boolean | undefined,
): Promise<number> {
  const host = options.hostImages.includes(image);
  const { status, process } = await ps.createProcess({ image, host, kind: 'system' }, (created) => {
    created.guardian = guardian;
  });
  if (process) ob.dereference(process);
  return status;
}

class Keeper {
  readonly #executive: PsNeeds;
  readonly #image: string;
  readonly #limit = new RestartLimit();

  constructor(executive: PsNeeds, image: string) {
    this.#executive = executive;
    this.#image = image;
  }

  async start(): Promise<void> {
    const { ke } = this.#executive;
    for (let attempt = 1; ; attempt++) {
      const status = await startImage(this.#executive, this.#image, (end) => this.#ended(end));
      if (status === Status.STATUS_SUCCESS) return;
      ke.log(`${this.#image} was not started: ${describeStatus(status)}`);
      if (attempt === ATTEMPTS) return ke.panic(`${this.#image}: ${describeStatus(status)}`);
      await ke.delay(PAUSE);
    }
  }

  /** The guardian: called from terminate(), so it only says what will be done, and has it begun. */
  #ended(status: number): boolean | undefined {
    const { ke, counters, stopping } = this.#executive;
    const image = this.#image;
    if (stopping) {
      ke.spawn(`${image} after a shutdown`, () => this.#unlessShutDown());
      return undefined;
    }
    const allowed = this.#limit.allows(ke.now());
    ke.spawn(`restart of ${image}`, async () => {
      // After terminate() has told of the end.
      await undefined;
      if (allowed) await this.start();
      else ke.panic(`${image} ended ${tooOften()}: ${describeStatus(status)}`);
    });
    if (allowed) counters.add(`ps.restart.${image.replace(/\.[^.]*$/, '')}`);
    return allowed;
  }

  /** A shutdown that could not write everything back is given up, and the system goes on. */
  async #unlessShutDown(): Promise<void> {
    const executive = this.#executive;
    while (executive.stopping) await executive.ke.delay(STOPPING_PAUSE);
    await this.start();
  }
}

function tooOften(): string {
  return `more than ${RESTARTS} times within ${RESTART_WINDOW / 1_000_000} seconds`;
}
