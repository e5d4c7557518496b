/**
 * Whose turn it is among the page's requests, where two threads do them (agent-threads.ts).
 *
 *   work(does)    what there is to do for this thread now; `does` never rejects. The threads are
 *                 alike: each comes here when it has heard a ring, and leaves when nothing is left
 *                 for it
 *
 * Most requests are done *in order*: each begins when all that were asked before it are answered.
 * Any of them may wait for a driver as long as that likes. What looks at the system, or ends what
 * is in the way (isBeside), asks no driver for anything: while one in order is under way it is done
 * beside it, and those one after the other, too. No file, disk or drive is another one by that, so
 * that the order in which these change is the order of asking.
 *
 *   under way       what may be taken
 *   nothing         the first
 *   one in order    the first that is beside
 *   one beside      nothing: whoever does it looks again when it is done
 *   both            nothing: there are two threads
 */
import { isBeside } from './agent-protocol.ts';
import type { HostQueue, Item } from './host-queue.ts';

const goesBeside = ({ request }: Item): boolean => isBeside(request);

export class Turns {
  /** Of what is not begun, in the order of asking. */
  readonly #queue: Pick<HostQueue, 'take'>;
  #inOrder = false;
  #beside = false;

  constructor(queue: Pick<HostQueue, 'take'>) {
    this.#queue = queue;
  }

  async work(does: (item: Item) => Promise<void>): Promise<void> {
    for (let item = this.#next(); item; item = this.#next())
      if (goesBeside(item)) {
        this.#beside = true;
        await does(item);
        this.#beside = false;
      } else {
        this.#inOrder = true;
        await does(item);
        this.#inOrder = false;
      }
  }

  #next(): Item | undefined {
    if (this.#beside) return undefined;
    return this.#queue.take(this.#inOrder ? goesBeside : undefined);
  }
}
