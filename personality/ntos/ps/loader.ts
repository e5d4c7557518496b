/**
 * Loading images onto processors.
 *
 * The platform loads outside the kernel's knowledge and raises PLATFORM_IRQ when something has
 * happened; each load is known by a token.
 * A load that takes too long is given up.
 *
 *   new Loader(executive)
 *   load(process)           a status; `process.processor` is set as soon as it is known. Releasing
 *                           it is the caller's.
 *   bring(begin)            code of the Executive's own: undefined when it is here, else why not
 *   events(onLost)          called on PLATFORM_IRQ; `onLost` gets processors that died
 */
import type { Waitable } from '../../rtl/coroutines.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { PsNeeds } from './needs.ts';
import { Ids } from '../ke/ids.ts';
import type { ProcessBody } from './process.ts';

/** How long to wait before asking again for a processor, where there was none. */
const RETRY_MICROS = 20_000;
/** A token is a word of the mailbox. */
const MAX_TOKEN = 0x7fff_ffff;

interface Load {
  readonly done: Waitable;
  loaded: boolean;
  reason: string;
}

export class Loader {
  readonly #executive: PsNeeds;
  readonly #loads = new Map<number, Load>();
  readonly #tokens = new Ids(MAX_TOKEN);

  constructor(executive: PsNeeds) {
    this.#executive = executive;
  }

  async load(process: ProcessBody): Promise<number> {
    const { ke, options } = this.#executive;
    const deadline = ke.now() + options.loadTimeout;
    const token = this.#token();
    const load: Load = { done: ke.event(), loaded: false, reason: 'it took too long' };
    this.#loads.set(token, load);
    try {
      if (!(await this.#findProcessor(process, token, deadline)))
        return Status.STATUS_INSUFFICIENT_RESOURCES;
      const answered = await load.done.wait(deadline - ke.now(), process.rundown);
      if (load.loaded) return Status.STATUS_SUCCESS;
      ke.log(`${process.image} was not loaded: ${load.reason}`);
      return answered ? Status.STATUS_DLL_NOT_FOUND : Status.STATUS_IO_TIMEOUT;
    } finally {
      this.#loads.delete(token);
    }
  }

  async bring(begin: () => Promise<() => unknown>): Promise<string | undefined> {
    const { ke, platform, options } = this.#executive;
    const token = this.#token();
    const load: Load = { done: ke.event(), loaded: false, reason: 'it took too long' };
    this.#loads.set(token, load);
    try {
      platform.bring(begin, token);
      await load.done.wait(options.loadTimeout);
      return load.loaded ? undefined : load.reason;
    } finally {
      this.#loads.delete(token);
    }
  }

  #token(): number {
    return this.#tokens.next((known) => this.#loads.has(known)) ?? 0;
  }

  async #findProcessor(process: ProcessBody, token: number, deadline: number): Promise<boolean> {
    const { ke, platform } = this.#executive;
    while (process.state !== 'ended') {
      process.processor = platform.loadImage(process.image, process.space.vspace, token);
      if (process.processor >= 0) return true;
      if (ke.now() >= deadline) return false;
      await ke.delay(RETRY_MICROS);
    }
    return false;
  }

  events(onLost: (processor: number, reason: string) => void): void {
    for (const event of this.#executive.platform.events()) {
      if (event.kind === 'lost') onLost(event.processor, event.reason ?? '');
      const load = this.#loads.get(event.token);
      if (!load || event.kind === 'lost') continue;
      load.loaded = event.kind === 'loaded';
      load.reason = event.reason ?? 'no reason given';
      load.done.set();
    }
  }
}
