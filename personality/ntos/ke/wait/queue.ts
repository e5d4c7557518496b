/**
 * Queues of packets that threads wait for: what an I/O completion port is.
 *
 *   KQueue<T>       a wait for it takes the first packet: `taken(thread)` then has it
 *   withdraw        takes a packet out again
 *   filled          signalled while there are packets; a wait for that takes none
 */
import { NotificationEvent } from '../../../rtl/nt.ts';
import { Dispatcher } from './dispatcher.ts';
import { KEvent } from './event.ts';
import type { KThread } from './thread.ts';

export class KQueue<T> extends Dispatcher {
  readonly filled = new KEvent(NotificationEvent);
  readonly #packets: T[] = [];
  readonly #taken = new Map<KThread | undefined, T>();

  get depth(): number {
    return this.#packets.length;
  }

  isSignalled(): boolean {
    return this.#packets.length > 0;
  }

  override consume(thread: KThread | undefined): boolean {
    this.#taken.set(thread, this.#packets.shift()!);
    if (this.#packets.length === 0) this.filled.reset();
    return false;
  }

  insert(packet: T): void {
    this.#packets.push(packet);
    this.filled.set();
    this.test();
  }

  /** Whether it was there still. */
  withdraw(packet: T): boolean {
    const at = this.#packets.indexOf(packet);
    if (at < 0) return false;
    this.#packets.splice(at, 1);
    if (this.#packets.length === 0) this.filled.reset();
    return true;
  }

  /** What the thread's last wait took; once. */
  taken(thread: KThread | undefined): T | undefined {
    const packet = this.#taken.get(thread);
    this.#taken.delete(thread);
    return packet;
  }

  /** The next packets, `most` of them at most, for who had one by a wait. */
  take(most: number): T[] {
    const packets = this.#packets.splice(0, most);
    if (this.#packets.length === 0) this.filled.reset();
    return packets;
  }

  /** All packets, at the queue's end. */
  clear(): T[] {
    this.filled.reset();
    return [...this.#packets.splice(0), ...this.#taken.values()];
  }
}
