/**
 * Exchanges: requests whose replies somebody waits for.
 *
 * An exchange begins with a request and ends once: with its reply, with the end of who asks, with
 * the end of the thread that has received it (STATUS_LPC_REPLY_LOST), or with the connection. While
 * it lasts its requestor pays for it. A callback is an exchange in the other direction, which
 * interrupts one: who waits gets the callback instead of his reply, answers it, and waits on.
 *
 *   new Exchanges()
 *   begin(requestor, from, message)   a status and the exchange, which nobody has received yet
 *   find(port, message)               the exchange that a reply by that port belongs to
 *   endBetween(a, b, status)          all of a connection that has gone
 *
 *   exchange.receivedBy(thread)       who has to reply
 *   exchange.end(status, answer)
 *   exchange.interrupt(callback)      hands a callback to who waits
 *   exchange.wait(ke)                 in the requestor's coroutine
 */
import { SynchronizationEvent } from '../../rtl/nt.ts';
import { LPC_REQUEST, type PortMessage } from '../../rtl/lpc.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { Ke } from '../ke/types.ts';
import { KEvent } from '../ke/wait/event.ts';
import { KeWaitForSingleObject } from '../ke/wait/wait.ts';
import type { NtThread } from '../ps/types.ts';
import { bytesOf, clientId, drop, type Packet, type Port } from './port.ts';

export interface Answer {
  readonly status: number;
  readonly message?: PortMessage;
}

export class Exchange {
  readonly id: number;
  readonly requestor: NtThread;
  /** The port that the request went out by, and the one that it is received at. */
  readonly from: Port;
  readonly to: Port;
  readonly request: PortMessage;
  /** Of a callback: what it interrupts. */
  readonly interrupted: Exchange | undefined;
  /** Of a callback, or when it has been received: who is to reply. */
  replier: NtThread | undefined;
  /** While the message has not been received. */
  packet: Packet | undefined;
  answer: Answer | undefined;
  /** The requestor's thread waits, and is not about a callback. */
  waiting = false;
  #callback: Exchange | undefined;
  readonly #wake = new KEvent(SynchronizationEvent);
  readonly #onEnd: (exchange: Exchange) => void;
  readonly #requestorEnds = (): void => this.end({ status: Status.STATUS_THREAD_IS_TERMINATING });
  readonly #replierEnds = (): void => this.end({ status: Status.STATUS_LPC_REPLY_LOST });

  constructor(
    parts: Pick<Exchange, 'id' | 'requestor' | 'from' | 'to' | 'request' | 'interrupted'>,
    onEnd: (exchange: Exchange) => void,
  ) {
    this.id = parts.id;
    this.requestor = parts.requestor;
    this.from = parts.from;
    this.to = parts.to;
    this.request = parts.request;
    this.interrupted = parts.interrupted;
    this.#onEnd = onEnd;
    this.requestor.rundown.add(this.#requestorEnds);
  }

  receivedBy(thread: NtThread): void {
    this.packet = undefined;
    this.replier = thread;
    if (thread.state === 'ended') this.#replierEnds();
    else thread.rundown.add(this.#replierEnds);
  }

  end(answer: Answer): void {
    if (this.answer) return;
    this.answer = answer;
    this.requestor.rundown.delete(this.#requestorEnds);
    this.replier?.rundown.delete(this.#replierEnds);
    if (this.packet) drop(this.to, this.packet);
    this.packet = undefined;
    this.#onEnd(this);
    this.#wake.set();
  }

  interrupt(callback: Exchange): void {
    this.#callback = callback;
    callback.receivedBy(this.requestor);
    this.#wake.set();
  }

  async wait(ke: Ke): Promise<Answer> {
    this.waiting = true;
    await KeWaitForSingleObject(ke, this.requestor, this.#wake, false, Infinity);
    this.waiting = false;
    const callback = this.#callback;
    this.#callback = undefined;
    if (this.answer) {
      // The callback is nobody's to answer.
      callback?.end({ status: Status.STATUS_LPC_REPLY_LOST });
      return this.answer;
    }
    if (callback && !callback.answer)
      return { status: Status.STATUS_SUCCESS, message: callback.request };
    // Woken for a callback that has been given up meanwhile, or by the end of the thread.
    if (this.requestor.state === 'ended') return { status: Status.STATUS_THREAD_IS_TERMINATING };
    return this.wait(ke);
  }
}

export class Exchanges {
  readonly #all = new Map<number, Exchange>();
  #last = 0;

  get size(): number {
    return this.#all.size;
  }

  /** A number for a message, not in use. */
  nextId(): number {
    do this.#last = (this.#last + 1) >>> 0 || 1;
    while (this.#all.has(this.#last));
    return this.#last;
  }

  begin(
    requestor: NtThread,
    from: Port,
    to: Port,
    message: PortMessage,
    interrupted?: Exchange,
  ): { status: number; exchange?: Exchange } {
    const { quota } = requestor.process;
    const bytes = bytesOf(message);
    const status = quota.charge('pagedPool', bytes);
    if (status !== Status.STATUS_SUCCESS) return { status };
    const id = this.nextId();
    const callback = interrupted?.id ?? 0;
    const request = { ...message, ...clientId(requestor), type: LPC_REQUEST, id, callback };
    const parts = { id, requestor, from, to, request, interrupted };
    const exchange = new Exchange(parts, () => {
      this.#all.delete(id);
      quota.giveBack('pagedPool', bytes);
    });
    this.#all.set(id, exchange);
    return { status, exchange };
  }

  /** It has been received at that port, and waits for its reply. */
  find(port: Port, { id, process, thread }: PortMessage): Exchange | undefined {
    const exchange = this.#all.get(id);
    if (!exchange?.replier || exchange.to !== port.inbox) return undefined;
    const { requestor } = exchange;
    return requestor.process.id === process && requestor.id === thread ? exchange : undefined;
  }

  endOf(concerns: (exchange: Exchange) => boolean, status: number): void {
    for (const exchange of [...this.#all.values()])
      if (concerns(exchange)) exchange.end({ status });
  }
}
