/**
 * What the page's Content Security Policy refused of what the system needs.
 *
 * A refusal is an event of the document, and may come a little after what it made fail. It alone
 * says nothing: a page's other scripts are refused things too, and some of ours are tried only to
 * see whether they can be had (code.ts). So it counts when a boot has failed, and when it names
 * something of ours.
 *
 *   watchRefusals(document)        listens there too: to the document that makes the workers
 *   new RefusalWatch(what)         from now on, those that `what` takes for its own
 *     found()                      the first, in a moment's time; undefined: none
 *     onFound(callback)            as soon as there is one
 *     stop()
 *   ofWorkers(refusal)             workers, WebAssembly, or the files of this code
 *   ofFetch(address)(refusal)      what is fetched from there
 *
 * Source: Content Security Policy 3 §5 (violations, and what their events carry).
 */
export interface Refusal {
  /** Such as `worker-src`. */
  readonly directive: string;
  /** An address, or a word such as `wasm-eval` or `blob`. */
  readonly blocked: string;
}

type Takes = (refusal: Refusal) => boolean;

const watches = new Set<RefusalWatch>();
const watched = new WeakSet<Document>();
/** What an event may take to come after the failure. */
const MOMENT = 250;

function heard(event: SecurityPolicyViolationEvent): void {
  if (event.disposition !== 'enforce') return;
  const refusal = { directive: event.effectiveDirective, blocked: event.blockedURI };
  for (const watch of watches) watch.hear(refusal);
}

export function watchRefusals(document: Document): void {
  if (watched.has(document)) return;
  watched.add(document);
  document.addEventListener('securitypolicyviolation', heard);
}

export class RefusalWatch {
  readonly #takes: Takes;
  #first: Refusal | undefined;
  #callback: ((refusal: Refusal) => void) | undefined;

  constructor(takes: Takes) {
    this.#takes = takes;
    watchRefusals(document);
    watches.add(this);
  }

  hear(refusal: Refusal): void {
    if (this.#first || !this.#takes(refusal)) return;
    this.#first = refusal;
    this.#callback?.(refusal);
  }

  onFound(callback: (refusal: Refusal) => void): void {
    this.#callback = callback;
    if (this.#first) callback(this.#first);
  }

  async found(): Promise<Refusal | undefined> {
    if (!this.#first) await new Promise((over) => setTimeout(over, MOMENT));
    return this.#first;
  }

  stop(): void {
    watches.delete(this);
  }
}

const originOf = (address: string): string =>
  URL.canParse(address) ? new URL(address).origin : address;

/** Whether a refused address is of where this code is from. */
function isOurs(blocked: string): boolean {
  return originOf(blocked) === new URL(import.meta.url).origin;
}

export function ofWorkers({ directive, blocked }: Refusal): boolean {
  if (blocked === 'wasm-eval' || blocked === 'trusted-types-sink') return true;
  if (directive === 'worker-src') return /^(blob|data)/.test(blocked) || isOurs(blocked);
  return directive === 'connect-src' && isOurs(blocked);
}

/** Browsers tell of an address in full, or of its origin alone. */
export function ofFetch(address: URL): Takes {
  return ({ directive, blocked }) =>
    directive === 'connect-src' && originOf(blocked) === address.origin;
}
