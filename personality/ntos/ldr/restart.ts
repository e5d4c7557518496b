/**
 * Drivers that are loaded again when they die.
 *
 * The new process finds the hardware as the old one left it (DMA masked, interrupts masked) and
 * resets it in its DriverEntry; its devices get the old names, so that \??\A: leads to them. What
 * the dead driver owed is answered by io/death.ts before. A volume is mounted anew by the next
 * open. Who opens a device meanwhile waits for the restart instead of finding nothing
 * (`restarted` of Ldr).
 *
 *   ended(name, configuration)   its guardian's answer: whether it is being loaded again
 *   underWay, done(caller)       a restart has begun and not ended; waits for that
 *
 * One that dies again soon is loaded after a pause that grows, and given up after so many times
 * (rtl/restarts.ts; its registry entry may say how many).
 *
 * Counter: `io.restart.<driver>`.
 */
import { RestartLimit, type RestartPolicy } from '../../rtl/restarts.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { describeStatus, NT_SUCCESS } from '../../rtl/status.ts';
import type { LdrNeeds } from './needs.ts';
import type { DriverConfiguration } from '../../rtl/driverconfiguration.ts';
import type { Process } from '../ps/types.ts';

const ATTEMPTS = 3;
const PAUSE = 100_000;

export class DriverRestarts {
  readonly #executive: LdrNeeds;
  readonly #load: (name: string) => Promise<number>;
  readonly #limits = new Map<string, RestartLimit>();
  readonly #waiting = new Set<() => void>();
  #count = 0;

  constructor(executive: LdrNeeds, load: (name: string) => Promise<number>) {
    this.#executive = executive;
    this.#load = load;
  }

  get underWay(): boolean {
    return this.#count > 0;
  }

  async done(caller: Process): Promise<void> {
    while (this.underWay && caller.state !== 'ended') {
      const over = this.#executive.ke.event();
      const release = (): void => void over.set();
      this.#waiting.add(release);
      await over.wait(Infinity, caller.rundown);
      this.#waiting.delete(release);
    }
  }

  ended(name: string, configuration: DriverConfiguration): boolean {
    const { ke, counters, stopping } = this.#executive;
    const { restart } = configuration;
    if (!restart || stopping) return false;
    const limit = this.#limit(name, restart === true ? {} : restart);
    if (!limit.allows(ke.now())) return false;
    counters.add(`io.restart.${configuration.counterName}`);
    this.#count++;
    ke.spawn(`restart of ${name}`, () => this.#restart(name, configuration, limit.pause));
    return true;
  }

  #limit(name: string, policy: RestartPolicy): RestartLimit {
    const limit = this.#limits.get(name) ?? new RestartLimit(policy);
    this.#limits.set(name, limit);
    return limit;
  }

  async #restart(name: string, { image }: DriverConfiguration, pause: number): Promise<void> {
    const { ke, options } = this.#executive;
    try {
      // After terminate() has told of the end.
      await undefined;
      if (pause > 0) await ke.delay(pause);
      const status = await this.#attempt(name);
      if (NT_SUCCESS(status)) return;
      ke.log(`driver ${name} was not loaded again: ${describeStatus(status)}`);
      options.onProcessFault?.(image, status, false);
    } finally {
      this.#count--;
      for (const release of [...this.#waiting]) release();
    }
  }

  async #attempt(name: string): Promise<number> {
    const { ke } = this.#executive;
    for (let attempt = 1; ; attempt++) {
      const status = await this.#load(name);
      // Somebody was faster, by NtLoadDriver.
      if (status === Status.STATUS_IMAGE_ALREADY_LOADED) return Status.STATUS_SUCCESS;
      if (NT_SUCCESS(status) || attempt === ATTEMPTS || this.#executive.stopping) return status;
      await ke.delay(PAUSE);
    }
  }
}
