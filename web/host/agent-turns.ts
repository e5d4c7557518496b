/**
 * Whose turn it is among the page's requests, while a line of the shell runs.
 *
 *   serve(process, item, answer)   resolves when the next request may be taken
 *
 * A line may wait as long as a driver likes: for a read that nobody answers, for a driver that never
 * returns from its start. So lines run in a thread of their own, which is made with the first; and
 * what only looks at the system, or ends what is in the way, is done meanwhile. All else keeps its
 * place behind the line: what the page asks for after it finds what the line has done.
 */
import { check } from '../../personality/ntdll/files.ts';
import {
  NtClose,
  NtCreateEvent,
  NtSetEvent,
  NtWaitForSingleObject,
} from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { RtlCreateUserThread } from '../../personality/ntdll/thread.ts';
import { SynchronizationEvent } from '../../personality/rtl/nt.ts';
import { EVENT_ALL_ACCESS } from '../../personality/rtl/objects.ts';
import { TIMEOUT_INFINITE } from '../../personality/rtl/services.ts';
import type { AgentAnswer, AgentRequest } from './agent-protocol.ts';
import type { Item } from './host-queue.ts';

type Answer = (process: NtProcess, request: unknown) => Promise<AgentAnswer>;

/** No driver is asked for these. */
const BESIDE: ReadonlySet<AgentRequest['op']> = new Set<AgentRequest['op']>([
  'counters',
  'snapshot',
  'control',
  'trace',
]);

class Turns {
  readonly #process: NtProcess;
  readonly #answer: Answer;
  /** What the second thread has to do, in order; the first of it is under way. */
  readonly #behind: Item[] = [];
  /** Set when there is something again. */
  #event: number | undefined;

  constructor(process: NtProcess, answer: Answer) {
    this.#process = process;
    this.#answer = answer;
  }

  async serve(item: Item): Promise<void> {
    // The page's word: what it asks for is checked where it is answered.
    const op = (item.request as Partial<AgentRequest> | undefined)?.op;
    const isBusy = this.#behind.length > 0;
    if (isBusy ? op === undefined || BESIDE.has(op) : op !== 'exec')
      return item.answer(await this.#answer(this.#process, item.request));
    if (!isBusy && !(await this.#haveThread()))
      return item.answer(await this.#answer(this.#process, item.request));
    this.#behind.push(item);
    if (!isBusy) check(await NtSetEvent(this.#process, { handle: this.#event! }));
  }

  /** Where there is none to be had, the line runs in the first thread. */
  async #haveThread(): Promise<boolean> {
    if (this.#event !== undefined) return true;
    const process = this.#process;
    const made = await NtCreateEvent(process, {
      name: '',
      access: EVENT_ALL_ACCESS,
      attributes: 0,
      type: SynchronizationEvent,
      initial: false,
    });
    if (made.status !== 0) return false;
    const thread = await RtlCreateUserThread(process, (own) => this.#work(own));
    await NtClose(process, { handle: thread.status === 0 ? thread.handle : made.handle });
    if (thread.status !== 0) return false;
    this.#event = made.handle;
    return true;
  }

  async #work(own: NtProcess): Promise<number> {
    for (;;) {
      const wait = { handle: this.#event!, alertable: false, timeout: TIMEOUT_INFINITE };
      check(await NtWaitForSingleObject(own, wait));
      for (let item = this.#behind[0]; item; item = this.#behind[0]) {
        const answered = await this.#answer(own, item.request);
        this.#behind.shift();
        item.answer(answered);
      }
    }
  }
}

/** By the process: an agent that comes after another one has a thread of its own. */
const all = new WeakMap<NtProcess, Turns>();

export function serve(process: NtProcess, item: Item, answer: Answer): Promise<void> {
  let turns = all.get(process);
  if (!turns) all.set(process, (turns = new Turns(process, answer)));
  return turns.serve(item);
}
