/**
 * The registers of a device that exists only here: requests of the page, waiting for the agent.
 *
 *   ask(request)    the page's side; the answer, or an AgentError
 *   open()          the agent has started: it takes what has come before it
 *   take()          the agent's side: the next request
 *
 * `ring` raises HOST_IRQ. Requests that come before the agent runs wait; `fail` rejects what waits
 * when the agent is gone.
 */
import type { AgentAnswer, AgentRequest } from './agent-protocol.ts';

interface Item {
  request: AgentRequest;
  answer(answer: AgentAnswer): void;
}

export class HostQueue {
  readonly #items: Item[] = [];
  readonly #waiting = new Set<Item>();
  readonly #ring: () => void;
  #open = false;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  open(): void {
    this.#open = true;
  }

  ask(request: AgentRequest): Promise<AgentAnswer> {
    return new Promise((resolve) => {
      const item: Item = {
        request,
        answer: (answer) => {
          this.#waiting.delete(item);
          resolve(answer);
        },
      };
      this.#waiting.add(item);
      this.#items.push(item);
      if (this.#open) this.#ring();
    });
  }

  take(): Item | undefined {
    return this.#items.shift();
  }

  fail(status: number, message: string): void {
    this.#items.length = 0;
    for (const item of [...this.#waiting]) item.answer({ error: { status, message } });
  }
}
