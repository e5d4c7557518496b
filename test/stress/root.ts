/**
 * The stress test's root task: starts servers and clients on all processors, stops and resumes
 * clients and changes their priorities while they run, has processors taken away under them, and
 * looks in the end whether every client that lives can be stopped and woken.
 *
 * A client whose server has died waits for an answer that nobody will give: as in seL4, it is for
 * whoever manages both to restart its call (TCB_Resume of a blocked thread).
 */
import {
  seL4_CNode_Delete,
  seL4_CNode_Revoke,
  seL4_CapInitThreadTCB,
  seL4_Signal,
  seL4_TCB_Resume,
  seL4_TCB_SetPriority,
  seL4_TCB_Suspend,
  seL4_UntypedObject,
  seL4_X86_4K,
} from '../../personality/sel4/index.ts';
import type { BootInfo, CPtr, Platform, Thread, Window } from '../../personality/sel4/index.ts';
import { DEPTH, ROOT, VSPACE, createKit, ok } from '../sel4/fixtures/kit.ts';
import type { Kit } from '../sel4/fixtures/kit.ts';
import * as shared from './layout.ts';

export interface StressInput {
  readonly thread: Thread;
  readonly bootInfo: BootInfo;
  readonly platform: Platform;
  readonly processors: number;
  readonly seed: number;
  readonly milliseconds: number;
  /** Has a worker terminated without a word to the kernel; the host reports it later. */
  kill(processor: number): void;
}

export interface StressResult {
  readonly rounds: number;
  readonly killed: number;
  /** How often a client was stopped, resumed or given another priority. */
  readonly meddled: number;
  readonly messages: number;
  readonly wakes: number;
}

const CLIENTS_EACH = 2;
const LIMIT_MS = 10_000;
const MEDDLING = 20;
/** The least of a client's. */
const PRIORITIES = 99;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Client {
  readonly id: number;
  readonly slots: CPtr;
  tcb: CPtr;
}

interface Crew {
  readonly clients: Client[];
  processor: number;
  server: CPtr;
}

class Stress {
  readonly #input: StressInput;
  readonly #kit: Kit;
  readonly #page: Window;
  readonly #servers: CPtr;
  readonly #signalled: CPtr;
  readonly #crews: Crew[] = [];
  readonly #pick: (below: number) => number;
  #killed = 0;
  #meddled = 0;
  #rounds = 0;

  constructor(input: StressInput) {
    this.#input = input;
    this.#pick = shared.random(input.seed);
    const kit = (this.#kit = createKit(input.thread, input.bootInfo));
    kit.map(kit.make(seL4_X86_4K, 0, true), shared.PAGE_ADDRESS, 3);
    this.#page = input.thread.window(shared.PAGE_ADDRESS, 4096, true);
    this.#servers = kit.endpoint();
    this.#signalled = kit.notification();
    const noise = kit.endpoint();
    for (let i = 0; i < input.processors; i++) {
      const clients = Array.from({ length: CLIENTS_EACH }, (_, j) =>
        this.#makeClient(i * CLIENTS_EACH + j, noise),
      );
      this.#crews.push({ clients, processor: -1, server: 0 });
    }
  }

  /** Its slots, filled in the order of layout.ts; scratch stays empty. */
  #makeClient(id: number, noise: CPtr): Client {
    const kit = this.#kit;
    const slots = kit.mint(this.#servers, id + 1);
    kit.mint(noise, id + 1);
    kit.mint(this.#signalled, 1 << id);
    kit.notification();
    kit.make(seL4_UntypedObject, 14);
    for (let i = 0; i < shared.SCRATCH_SLOTS; i++) kit.slot();
    return { id, slots, tcb: 0 };
  }

  /** Resolves when `what` holds; the shared notification is signalled meanwhile. */
  async #until(what: () => boolean, name: string): Promise<void> {
    const end = performance.now() + LIMIT_MS;
    while (!what()) {
      if (performance.now() > end) throw new Error(`${name}: not within ${LIMIT_MS} ms`);
      await seL4_Signal(this.#input.thread, this.#signalled);
      await pause(2);
    }
  }

  async #start(crew: Crew): Promise<void> {
    const { platform } = this.#input;
    let processor = -1;
    await this.#until(() => {
      processor = platform.loadImage('stress', VSPACE, 1);
      return processor >= 0;
    }, 'a spare processor');
    await this.#until(
      () => platform.events().some((event) => event.kind === 'loaded'),
      `loading on ${processor}`,
    );
    crew.processor = processor;
    const kit = this.#kit;
    crew.server = kit.spawn({ ip: 0, args: [this.#servers], processor, priority: 120 });
    for (const client of crew.clients) {
      this.#page.setUint32(shared.stateAt(client.id), shared.WORKING);
      const args = [client.id, this.#pick(1 << 30), client.slots];
      client.tcb = kit.spawn({ ip: shared.CLIENT_ENTRY, args, processor });
    }
  }

  /** The processor goes: by its worker's death, or because it is taken out. */
  async #lose(crew: Crew): Promise<void> {
    const { thread, platform } = this.#input;
    if (this.#pick(2) === 0) {
      this.#input.kill(crew.processor);
      await this.#until(
        () => platform.events().some((event) => event.kind === 'lost'),
        `the report of ${crew.processor}`,
      );
    }
    platform.release(crew.processor, VSPACE);
    this.#killed++;
    this.#kit.remove(crew.server);
    for (const client of crew.clients) {
      this.#rounds += this.#page.getUint32(shared.roundsAt(client.id));
      this.#page.setUint32(shared.roundsAt(client.id), 0);
      this.#kit.remove(client.tcb);
      const untyped = client.slots + shared.UNTYPED;
      ok(seL4_CNode_Revoke(thread, ROOT, untyped, DEPTH), 'revoke');
      for (let i = 0; i < shared.SCRATCH_SLOTS; i++) {
        const slot = client.slots + shared.SCRATCH + i;
        ok(seL4_CNode_Delete(thread, ROOT, slot, DEPTH), 'delete');
      }
    }
    this.#restartCalls(crew);
  }

  #restartCalls(gone: Crew): void {
    for (const crew of this.#crews) {
      if (crew === gone) continue;
      for (const { tcb } of crew.clients) ok(seL4_TCB_Resume(this.#input.thread, tcb), 'resume');
    }
  }

  #clients(): Client[] {
    return this.#crews.flatMap(({ clients }) => clients);
  }

  #allIn(state: number): () => boolean {
    return () =>
      this.#clients().every(({ id }) => this.#page.getUint32(shared.stateAt(id)) === state);
  }

  /** For so long: threads that run elsewhere, or are in the middle of a call, are changed. */
  async #meddle(milliseconds: number): Promise<void> {
    const { thread } = this.#input;
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      const clients = this.#clients();
      for (let i = 0; i < MEDDLING; i++) {
        const tcb = clients[this.#pick(clients.length)]?.tcb ?? 0;
        const priority = PRIORITIES + this.#pick(3);
        const choice = this.#pick(4);
        if (choice < 3) ok(seL4_TCB_Suspend(thread, tcb), 'suspend');
        if (choice > 1) {
          ok(seL4_TCB_SetPriority(thread, tcb, seL4_CapInitThreadTCB, priority), 'priority');
        }
        ok(seL4_TCB_Resume(thread, tcb), 'resume');
        this.#meddled++;
      }
      await pause(1);
    }
  }

  async run(): Promise<StressResult> {
    const { thread, platform, milliseconds } = this.#input;
    for (const crew of this.#crews) await this.#start(crew);
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      await this.#meddle(50 + this.#pick(300));
      await seL4_Signal(thread, this.#signalled);
      const crew = this.#crews[this.#pick(this.#crews.length)];
      if (!crew || performance.now() > end) break;
      await this.#lose(crew);
      await this.#start(crew);
    }
    this.#page.setUint32(shared.STOP, 1);
    await this.#until(this.#allIn(shared.STOPPED), 'every client stops');
    for (const { slots } of this.#clients()) await seL4_Signal(thread, slots + shared.WAKE);
    await this.#until(this.#allIn(shared.WOKEN), 'every client wakes');
    for (const { id } of this.#clients()) {
      this.#rounds += this.#page.getUint32(shared.roundsAt(id));
    }
    const counters = platform.counters();
    return {
      rounds: this.#rounds,
      killed: this.#killed,
      meddled: this.#meddled,
      messages: counters['kernel.ipc'] ?? 0,
      wakes: counters['kernel.wake'] ?? 0,
    };
  }
}

export function stress(input: StressInput): Promise<StressResult> {
  return new Stress(input).run();
}
