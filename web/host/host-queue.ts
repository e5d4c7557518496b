/**
 * The registers of a device that exists only here: requests of the page, waiting for the agent.
 *
 *   ask(request)        the page's side; the answer, an error is one too
 *   open()              an agent has started: it takes what has come before it
 *   first               the agent's side: the request that has waited longest
 *   take(fits?)         it takes it, or the first that fits
 *   agentEnded()        what was asked of it is answered so; the rest waits for the next agent
 *
 * `ring` raises HOST_IRQ. Requests that come before the agent runs wait, for AGENT_LIMIT at most.
 * Each request is answered exactly once.
 */
import type { Door } from '../../personality/sel4/door.ts';
import { AGENT_LIMIT, agentEnded, noAgent } from './agent-answers.ts';
import type { AgentAnswer, AgentRequest } from './agent-protocol.ts';

export interface Item {
  request: AgentRequest;
  answer(answer: AgentAnswer): void;
}

export class HostQueue {
  #items: Item[] = [];
  readonly #waiting = new Set<Item>();
  readonly #ring: () => void;
  #open = false;
  readonly #door: Door;
  /** Takes back what ends the patience with an agent that does not come. */
  #forget: (() => void) | undefined;

  constructor(ring: () => void, door: Door) {
    this.#ring = ring;
    this.#door = door;
  }

  open(): void {
    this.#open = true;
    this.#forget?.();
    this.#forget = undefined;
  }

  ask(request: AgentRequest): Promise<AgentAnswer> {
    return new Promise((resolve) => {
      const item: Item = {
        request,
        answer: (answer) => {
          if (this.#waiting.delete(item)) resolve(answer);
        },
      };
      this.#waiting.add(item);
      this.#items.push(item);
      if (this.#open) this.#ring();
      else this.#forget ??= this.#door.later(() => this.#failAll(noAgent()), AGENT_LIMIT);
    });
  }

  get first(): Item | undefined {
    return this.#items[0];
  }

  take(fits: (item: Item) => boolean = () => true): Item | undefined {
    const at = this.#items.findIndex(fits);
    return at < 0 ? undefined : this.#items.splice(at, 1)[0];
  }

  agentEnded(): void {
    this.#open = false;
    this.#failAll(agentEnded());
  }

  #failAll(answer: AgentAnswer): void {
    this.#forget?.();
    this.#forget = undefined;
    this.#items = [];
    for (const item of [...this.#waiting]) item.answer(answer);
  }
}
