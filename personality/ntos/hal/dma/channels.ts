/**
 * Who has a DMA channel: one adapter at a time, others in a queue, first come first served.
 *
 *   new Channels(executive)
 *   allocate(adapter)        a status; waits, but not longer than options.dmaTimeout
 *   free(adapter)            to the next in the queue
 *   holder(channel)
 */
import type { Waitable } from '../../../rtl/coroutines.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { HalNeeds } from '../needs.ts';
import type { Process } from '../../ps/types.ts';

/** A driver's hold on a channel that is among its resources. */
export interface Adapter {
  readonly id: number;
  readonly process: Process;
  readonly channel: number;
  readonly maximumLength: number;
}

interface Waiting {
  readonly adapter: Adapter;
  readonly turn: Waitable;
}

export class Channels {
  readonly #executive: HalNeeds;
  readonly #holders = new Map<number, Adapter>();
  readonly #queues = new Map<number, Waiting[]>();

  constructor(executive: HalNeeds) {
    this.#executive = executive;
  }

  holder(channel: number): Adapter | undefined {
    return this.#holders.get(channel);
  }

  /** At once, or a coroutine. */
  allocate(adapter: Adapter): number | Promise<number> {
    const { channel } = adapter;
    const holder = this.#holders.get(channel);
    if (holder === adapter) return Status.STATUS_INVALID_DEVICE_REQUEST;
    if (holder) return this.#wait(adapter);
    this.#holders.set(channel, adapter);
    return Status.STATUS_SUCCESS;
  }

  async #wait(adapter: Adapter): Promise<number> {
    const queue = this.#queues.get(adapter.channel) ?? [];
    this.#queues.set(adapter.channel, queue);
    const waiting = { adapter, turn: this.#executive.ke.event() };
    queue.push(waiting);
    const { dmaTimeout } = this.#executive.options;
    await waiting.turn.wait(dmaTimeout, adapter.process.rundown);
    if (this.#holders.get(adapter.channel) === adapter) return Status.STATUS_SUCCESS;
    const at = queue.indexOf(waiting);
    if (at >= 0) queue.splice(at, 1);
    return Status.STATUS_IO_TIMEOUT;
  }

  free(adapter: Adapter): void {
    const { channel } = adapter;
    if (this.#holders.get(channel) !== adapter) return;
    this.#holders.delete(channel);
    const queue = this.#queues.get(channel) ?? [];
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (next.adapter.process.state === 'ended') continue;
      this.#holders.set(channel, next.adapter);
      next.turn.set();
      return;
    }
  }
}
