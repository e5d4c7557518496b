/**
 * How every worker begins: takes the one message that starts it, exposes its control, and keeps the
 * ports to itself.
 *
 *   startWorker(run)   `run` gets what it was started with and the page's services, and makes the
 *                      control
 */
import { expose, type Remote, wrap } from 'comlink';
import type { PageServices, StartMessage } from './protocol.ts';

export type Services = Remote<PageServices>;

/** A call to the page that nobody waits for: a page that is going away is no error. */
export function tell(call: Promise<unknown>): void {
  call.catch(() => undefined);
}

export function startWorker<Init>(run: (init: Init, services: Services) => object): void {
  globalThis.addEventListener(
    'message',
    (event: MessageEvent<StartMessage<Init>>) => {
      const { init, control, services } = event.data;
      expose(run(init, wrap<PageServices>(services)), control);
    },
    { once: true },
  );
}

/** An exception for the developer's console. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
