/**
 * The agent's two threads: so that who looks at the system, or ends what is in the way, need not
 * wait for a request that waits for a driver.
 *
 *   serve(process, queue, agent)   by the first thread: what there is to do for it now
 *                                  (agent-turns.ts)
 *
 * Both wait at the doorbell; the kernel wakes one of them for a ring. So nothing is handed over, a
 * request costs what it did with one thread, and neither ever waits for the other. They have the
 * process's handles and heap in common, and whose turn it is; a shell, its console and its current
 * directories are a request's own, and what the Executive answers in pieces is a thread's.
 *
 * The second comes with the first request, since a thread more is no part of the boot. Where none
 * can be had, requests are done one after the other.
 */
import { NtClose, NtTerminateProcess } from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { RtlCreateUserThread } from '../../personality/ntdll/userthread.ts';
import { CURRENT_PROCESS } from '../../personality/rtl/services.ts';
import { NT_SUCCESS, NtException } from '../../personality/rtl/status.ts';
import type { AgentAnswer } from './agent-protocol.ts';
import { Turns } from './agent-turns.ts';
import type { HostQueue } from './host-queue.ts';

export interface Agent {
  /** Never rejects. */
  answer(process: NtProcess, request: unknown): Promise<AgentAnswer>;
  /** Resolves with the doorbell's next ring. */
  rung(process: NtProcess): Promise<void>;
}

class Threads {
  readonly #turns: Turns;
  readonly #agent: Agent;
  #hasSecond = false;

  constructor(queue: HostQueue, agent: Agent) {
    this.#turns = new Turns(queue);
    this.#agent = agent;
  }

  async serve(process: NtProcess): Promise<void> {
    if (!this.#hasSecond) await this.#makeSecond(process);
    await this.#work(process);
  }

  #work(process: NtProcess): Promise<void> {
    return this.#turns.work(async (item) =>
      item.answer(await this.#agent.answer(process, item.request)),
    );
  }

  async #makeSecond(process: NtProcess): Promise<void> {
    const made = await RtlCreateUserThread(process, (own) => this.#live(own));
    this.#hasSecond = NT_SUCCESS(made.status);
    if (this.#hasSecond) await NtClose(process, { handle: made.handle });
  }

  /** Without a doorbell it ends the process, as the first thread does. */
  async #live(process: NtProcess): Promise<number> {
    try {
      for (;;) {
        await this.#agent.rung(process);
        await this.#work(process);
      }
    } catch (error) {
      if (!(error instanceof NtException)) throw error;
      await NtTerminateProcess(process, { handle: CURRENT_PROCESS, status: error.status });
      return error.status;
    }
  }
}

/** By the first thread: unbuilt, the agents of several systems have this module in common. */
const all = new WeakMap<NtProcess, Threads>();

export function serve(process: NtProcess, queue: HostQueue, agent: Agent): Promise<void> {
  const threads = all.get(process) ?? new Threads(queue, agent);
  all.set(process, threads);
  return threads.serve(process);
}
