/**
 * A worker that is made before its script is here.
 *
 *   new EmptyWorkers(frame, names)   one for each name; they have the frame's policy (policy.ts),
 *                                    and their script is a blob
 *     take(name, address)            one with this script, which hears what it is told from then on
 *     heard()                        those of them that were taken have heard of their script
 *     end()                          nobody will want them
 *
 * Its thread begins meanwhile. And Chromium keeps what a worker is told first until the thread that
 * made it has heard that its script has run: of this small one it hears at once, of the system's
 * when it has made a page (docs/decisions/0022-boot-time.md). So whoever has long work to do in
 * that thread waits for `heard` first.
 */
import type { PolicyFrame } from './policy.ts';
import { scriptAddress } from './trusted.ts';

/** A script that cannot be had is an error of the worker. */
const WAITING = `addEventListener('message', ({ data: script }) => {
  postMessage(0);
  const told = [];
  const hear = ({ data }) => void told.push(data);
  addEventListener('message', hear);
  import(script).then(
    () => {
      removeEventListener('message', hear);
      for (const data of told) dispatchEvent(new MessageEvent('message', { data }));
    },
    (error) => setTimeout(() => { throw error; }),
  );
}, { once: true });`;

let address: string | undefined;

interface Empty {
  readonly worker: Worker;
  readonly name: string;
  failed: boolean;
}

function make({ Worker }: Pick<PolicyFrame, 'Worker'>, name: string): Empty {
  address ??= URL.createObjectURL(new Blob([WAITING], { type: 'text/javascript' }));
  const worker = new Worker(scriptAddress(address), { type: 'module', name });
  const made = { worker, name, failed: false };
  worker.onerror = () => (made.failed = true);
  return made;
}

export class EmptyWorkers {
  readonly #frame: PolicyFrame;
  #made: Empty[];
  readonly #heard: Promise<unknown>[] = [];

  constructor(frame: PolicyFrame, names: readonly string[]) {
    this.#frame = frame;
    this.#made = names.map((name) => make(frame, name));
  }

  /** One that has failed has told nobody: another will tell whoever has it. */
  take(name: string, script: string): Worker {
    const found = this.#made.find((each) => each.name === name && !each.failed);
    this.#made = this.#made.filter((each) => each !== found);
    const { worker } = found ?? make(this.#frame, name);
    if (found) this.#heard.push(new Promise((heard) => (worker.onmessage = heard)));
    worker.postMessage(script);
    return worker;
  }

  /** Of one that fails nothing is heard. */
  async heard(): Promise<void> {
    await Promise.all(this.#heard);
  }

  end(): void {
    for (const { worker } of this.#made) worker.terminate();
    this.#made = [];
  }
}
