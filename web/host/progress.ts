/**
 * How much is here of what a system begins with: workers, programs, kernel.
 *
 * A browser tells a page the pieces of what it fetches, unpacked, and not how many there will be
 * where they travel compressed. So the build says how large each file is (vite.config.ts); unbuilt,
 * in tests, the size is what the server says.
 *
 *   readCounted(address, read, signal?)
 *                           what `read` makes of the response, whose pieces count
 *   expect(bytes)           something that comes by another way; call what it returns when it is
 *                           here
 *   codeProgress()          `{ done, total }` in bytes, of all that the page has asked for; equal:
 *                           nothing is on its way
 *   watchCode(callback)     told when that has changed, at most every 50 ms; call what it returns
 *                           to end it
 *   amount(progress)        for people: `12 of 1,440 KB`; `12 KB` where it is not known of how many
 */

/** In bytes. */
export interface Progress {
  readonly done: number;
  /** 0: not known. */
  readonly total: number;
}

/** By hand: a browser's first number by locale takes as long as all else that shows progress. */
const kilobytes = (bytes: number): string =>
  String(Math.ceil(bytes / 1024)).replace(/\B(?=(\d{3})+$)/g, ',');

export function amount({ done, total }: Progress): string {
  if (total > 0) return `${kilobytes(done)} of ${kilobytes(total)} KB`;
  return done > 0 ? `${kilobytes(done)} KB` : '';
}

/** Bytes of the built files, by name without the hash. */
declare const NEPTUNE_BYTES: Readonly<Record<string, number>> | undefined;
const bytesOf = typeof NEPTUNE_BYTES === 'undefined' ? {} : NEPTUNE_BYTES;

/** In milliseconds. Pieces come by the dozen, and whoever shows them has the page laid out anew. */
const MOMENT = 50;

const watchers = new Set<() => void>();
let telling: ReturnType<typeof setTimeout> | undefined;
let done = 0;
let total = 0;

function count(more: { done?: number; total?: number }): void {
  done += more.done ?? 0;
  total += more.total ?? 0;
  telling ??= setTimeout(tell, MOMENT);
}

function tell(): void {
  telling = undefined;
  for (const watcher of watchers) watcher();
}

export function codeProgress(): Progress {
  return { done, total };
}

export function watchCode(callback: () => void): () => void {
  watchers.add(callback);
  return () => void watchers.delete(callback);
}

export function expect(bytes: number): () => void {
  count({ total: bytes });
  return () => count({ done: bytes });
}

/** `single.worker-D6xUbt3q.js` is `single.worker.js`. */
export function plainName(address: string): string {
  return address.slice(address.lastIndexOf('/') + 1).replace(/-[\w-]{8}(\.\w+)$/, '$1');
}

/** What was not read to its end does not count any more. */
export async function readCounted<T>(
  address: string,
  read: (response: Response) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const file = new Share(bytesOf[plainName(address)] ?? 0);
  try {
    return await read(file.count(await fetch(address, signal ? { signal } : {})));
  } finally {
    file.end();
  }
}

/** What one file has of `done` and `total`. */
class Share {
  #done = 0;
  #total = 0;

  constructor(bytes: number) {
    this.#isOf(bytes);
  }

  count(response: Response): Response {
    const { body, headers, status, ok } = response;
    if (!ok || !body) return response;
    this.#isOf(Number(headers.get('Content-Length') ?? 0));
    const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (piece, controller) => {
        this.#add(piece.length);
        controller.enqueue(piece);
      },
    });
    return new Response(body.pipeThrough(counter), { headers, status });
  }

  /** Nothing of it comes any more: what is here is all. */
  end(): void {
    count({ total: this.#done - this.#total });
    this.#total = this.#done;
  }

  /** Only the first who knows is believed. */
  #isOf(bytes: number): void {
    if (this.#total > 0) return;
    this.#total = bytes;
    count({ total: bytes });
  }

  #add(bytes: number): void {
    this.#done += bytes;
    count({ done: bytes, total: Math.max(0, this.#done - this.#total) });
    this.#total = Math.max(this.#total, this.#done);
  }
}
