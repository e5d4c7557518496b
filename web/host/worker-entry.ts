/**
 * How every worker begins: takes the one message that starts it, locks its realm, and keeps its two
 * ports to itself.
 *
 *   startWorker(run)   `run` gets what the worker was started with and a way to send notes to the
 *                      page (notes.ts), and makes the interface that the page calls
 *
 * Order: everything of the worker's own is made first, since it takes what it needs of the
 * platform; then lockdown; only then can the page have a program loaded. The ports are used through
 * functions taken before: no process can replace what a message passes through.
 */
import { expose } from 'comlink';
import { textOf } from '../../personality/sel4/text.ts';
import { type Notes, sendNotes } from './notes.ts';
import type { StartMessage } from './protocol.ts';
import { lockdown } from './realm/lockdown.ts';

type Listening = (type: string, listener: EventListenerOrEventListenerObject) => void;

/** The port for comlink: its methods are its own, the prototype's are gone after lockdown. */
function endpoint(port: MessagePort) {
  return {
    postMessage: port.postMessage.bind(port) as (message: unknown, transfer?: unknown) => void,
    addEventListener: port.addEventListener.bind(port) as Listening,
    removeEventListener: port.removeEventListener.bind(port) as Listening,
    start: port.start.bind(port),
  };
}

export function startWorker<Init>(run: (init: Init, notes: Notes) => object): void {
  const start = (event: MessageEvent<StartMessage<Init>>): void => {
    const { init, control, notes } = event.data;
    const post = notes.postMessage.bind(notes);
    const page = endpoint(control);
    const sender = sendNotes((note) => post(note));
    try {
      const exposed = run(init, sender);
      lockdown();
      expose(exposed, page);
    } catch (error) {
      sender.services.panic(`a worker could not start: ${textOf(error)}`);
      throw error;
    }
  };
  addEventListener('message', start as EventListener, { once: true });
}
