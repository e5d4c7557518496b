/** The machine's loop, with a client, and a page that changes what the machine is to do. */
import {
  createBusBuffer,
  createBusClient,
  createBusServer,
} from '../../../personality/sel4/bus.ts';
import { PlatformPromise, macrotask } from '../../../personality/sel4/intrinsics.ts';
import { runMachine } from '../../../web/host/machine-loop.ts';
import { listen, observe, post } from '../checker/steps.ts';

export function setup(): SharedArrayBuffer {
  return createBusBuffer();
}

/** Ticks must see what the page has said, without waiting for anything else to happen. */
export function machine(shared: SharedArrayBuffer): void {
  let said = 0;
  let ticked = 0;
  const server = createBusServer(shared, { read: () => 7, write: () => undefined });
  listen(() => {
    said++;
    server.rouse();
  });
  void runMachine({
    server,
    tick() {
      if (ticked !== said) observe('tick sees', said);
      ticked = said;
      return undefined;
    },
    nextTurn: () => new PlatformPromise((done) => macrotask(done as () => void)),
    now: () => 0,
  });
}

export function page(_shared: SharedArrayBuffer): void {
  post('machine', 'inserted');
}

export function client(shared: SharedArrayBuffer): void {
  const bus = createBusClient(shared, 0);
  observe('got', bus.read(1, 1), bus.timeouts);
}
