/**
 * Mailslots: messages that many may send and one receives.
 *
 * A slot is there while its server end is open. Messages wait in the order in which they came, up
 * to the quota; a read waits for one as long as the slot's time-out says. Who sends never waits.
 *
 * Invariant: if a read waits there is no message that it could have.
 */
import { RtlUpcase } from '../../../personality/rtl/names.ts';
import { MAILSLOT_NO_MESSAGE } from '../../../personality/rtl/pipes.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';

export interface Read {
  readonly room: number;
  end(status: number, data?: Uint8Array): void;
}

/** Messages, whatever their length: the driver keeps something for each. */
const MESSAGE_LIMIT = 1024;

export class Mailslot {
  readonly name: string;
  readonly quota: number;
  /** 0: as long as the quota. */
  readonly maximumMessage: number;
  /** 100 ns; negative, 0 or MAILSLOT_WAIT_FOREVER. */
  timeout: number;
  closed = false;
  readonly #messages: Uint8Array[] = [];
  readonly #reads: Read[] = [];
  #used = 0;

  constructor(name: string, quota: number, maximumMessage: number, timeout: number) {
    this.name = name;
    this.quota = quota;
    this.maximumMessage = maximumMessage;
    this.timeout = timeout;
  }

  get messages(): number {
    return this.#messages.length;
  }

  get available(): number {
    return this.#used;
  }

  get nextMessage(): number {
    return this.#messages[0]?.length ?? MAILSLOT_NO_MESSAGE;
  }

  /** A status. */
  send(data: Uint8Array): number {
    if (this.closed) return Status.STATUS_FILE_FORCED_CLOSED;
    if (data.length > (this.maximumMessage || this.quota)) return Status.STATUS_INVALID_PARAMETER;
    if (this.#used + data.length > this.quota || this.messages >= MESSAGE_LIMIT)
      return Status.STATUS_INSUFFICIENT_RESOURCES;
    this.#messages.push(data);
    this.#used += data.length;
    this.#offer();
    return Status.STATUS_SUCCESS;
  }

  /** At once, if there is a message; else false. */
  take(read: Read): boolean {
    const [message] = this.#messages;
    if (!message) return false;
    // It stays, for somebody with more room.
    if (message.length > read.room) read.end(Status.STATUS_BUFFER_TOO_SMALL);
    else {
      this.#messages.shift();
      this.#used -= message.length;
      read.end(Status.STATUS_SUCCESS, message);
    }
    return true;
  }

  wait(read: Read): void {
    if (!this.take(read)) this.#reads.push(read);
  }

  /** Ends a read that waits, if it still does. */
  withdraw(read: Read, status: number): void {
    const at = this.#reads.indexOf(read);
    if (at < 0) return;
    this.#reads.splice(at, 1);
    read.end(status);
  }

  close(): void {
    this.closed = true;
    this.#messages.length = this.#used = 0;
    for (const read of this.#reads.splice(0)) read.end(Status.STATUS_FILE_FORCED_CLOSED);
  }

  #offer(): void {
    for (let [read] = this.#reads; read && this.messages > 0; [read] = this.#reads) {
      this.#reads.shift();
      this.take(read);
    }
  }
}

/** The names. */
export class MailslotTable {
  readonly #slots = new Map<string, Mailslot>();

  find(name: string): Mailslot | undefined {
    return this.#slots.get(RtlUpcase(name));
  }

  add(slot: Mailslot): void {
    this.#slots.set(RtlUpcase(slot.name), slot);
  }

  remove(slot: Mailslot): void {
    this.#slots.delete(RtlUpcase(slot.name));
    slot.close();
  }

  names(): string[] {
    return [...this.#slots.values()].map(({ name }) => name);
  }
}
