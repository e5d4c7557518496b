/**
 * The page's line to the agent's worker (topology isolated), whoever is at its other end.
 *
 * The agent may end and another one come, on another processor. What was asked of the one that
 * ended is answered with an error at once, for its worker will never answer; what is asked before
 * the next one is there waits for it, for AGENT_LIMIT at most.
 *
 *   ask(request)          the answer, an error is one too
 *   found(processor, c)   an agent runs on that processor
 *   lost(processor)       that processor's worker is gone
 */
import type { AgentAnswer, AgentRequest } from './agent-protocol.ts';
import { AGENT_LIMIT, agentEnded, noAgent } from './agent-answers.ts';

export interface AgentEnd {
  ask(request: AgentRequest): Promise<AgentAnswer>;
}

type Answered = (answer: AgentAnswer) => void;

export class AgentLine implements AgentEnd {
  #agent: AgentEnd | undefined;
  #processor = -1;
  /** Asked of the agent that is there. */
  readonly #asked = new Set<Answered>();
  /** Waiting for one. */
  #early: ((agent: AgentEnd) => void)[] = [];

  async ask(request: AgentRequest): Promise<AgentAnswer> {
    const agent = this.#agent ?? (await this.#next());
    return agent ? this.#send(agent, request) : noAgent();
  }

  /** The one before has ended, even if that was not told yet. */
  found(processor: number, agent: AgentEnd): void {
    this.lost(this.#processor);
    this.#processor = processor;
    this.#agent = agent;
    const early = this.#early;
    this.#early = [];
    for (const take of early) take(agent);
  }

  lost(processor: number): void {
    if (processor !== this.#processor) return;
    this.#processor = -1;
    this.#agent = undefined;
    const ended = agentEnded();
    for (const answered of [...this.#asked]) answered(ended);
  }

  #send(agent: AgentEnd, request: AgentRequest): Promise<AgentAnswer> {
    // It ended between its coming and this turn.
    if (agent !== this.#agent) return this.ask(request);
    return new Promise((resolve, reject) => {
      const answered: Answered = (answer) => {
        if (this.#asked.delete(answered)) resolve(answer);
      };
      this.#asked.add(answered);
      agent.ask(request).then(answered, (error: unknown) => {
        if (this.#asked.delete(answered)) reject(error as Error);
      });
    });
  }

  #next(): Promise<AgentEnd | undefined> {
    return new Promise((resolve) => {
      const take = (agent: AgentEnd): void => {
        clearTimeout(timer);
        resolve(agent);
      };
      const timer = setTimeout(() => {
        this.#early = this.#early.filter((other) => other !== take);
        resolve(undefined);
      }, AGENT_LIMIT);
      this.#early.push(take);
    });
  }
}
