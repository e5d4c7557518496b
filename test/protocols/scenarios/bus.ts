/** Clients and the server of the port mailbox. The device is a word that writes set. */
import {
  createBusBuffer,
  createBusClient,
  createBusServer,
} from '../../../personality/sel4/bus.ts';
import { I32, notify, store, wait } from '../../../personality/sel4/intrinsics.ts';
import type { BusClient } from '../../../personality/sel4/bus.ts';
import type { PortBus } from '../../../personality/sel4/types.ts';
import { checkpoint, observe } from '../checker/steps.ts';

/** Reads answer what was written last, else ten times the port. `held` is by port. */
function device(held: number[]): PortBus {
  return {
    read(port) {
      observe('read', port);
      return held[port] ?? port * 10;
    },
    write(port, _width, value) {
      observe('write', port, value);
      held[port] = value;
    },
  };
}

/** A word of the header that nobody uses: the older worker is a client. */
const OLDER = 8;

export function setup(): SharedArrayBuffer {
  return createBusBuffer();
}

/** Serves for ever, blocking. */
export function serve(shared: SharedArrayBuffer): void {
  const held: number[] = [];
  const server = createBusServer(shared, device(held));
  for (;;) {
    checkpoint(held);
    if (server.serveOnce() === 0) server.wait(1000);
  }
}

/** Serves for ever, with an event loop. */
export async function serveAsync(shared: SharedArrayBuffer): Promise<void> {
  const held: number[] = [];
  const server = createBusServer(shared, device(held));
  for (;;) {
    checkpoint(held);
    if (server.serveOnce() === 0) await server.waitAsync(1000);
  }
}

/** `writes` posted writes of 1, 2, ..., then a read that must see the last. */
export function use(shared: SharedArrayBuffer, client: number, port: number, writes: number): void {
  const bus = createBusClient(shared, client);
  for (let value = 1; value <= writes; value++) {
    checkpoint(value);
    bus.write(port, 4, value);
  }
  checkpoint('read');
  observe('got', bus.read(port, 4), bus.timeouts);
}

/** A read of each port: an answer must be its own, or all ones. */
export function read(shared: SharedArrayBuffer, client: number, count: number): void {
  const bus = createBusClient(shared, client);
  for (let port = 1; port <= count; port++) {
    checkpoint(port);
    const value = bus.read(port, 4);
    if (value !== port * 10 && value !== 0xffffffff) throw new Error(`port ${port}: ${value}`);
    observe('got', value);
  }
}

/** Posted writes alone. */
export function post(shared: SharedArrayBuffer, client: number, writes: number): void {
  const bus = createBusClient(shared, client);
  for (let value = 1; value <= writes; value++) {
    checkpoint(value);
    bus.write(1, 4, value);
  }
  observe('posted', bus.timeouts);
}

/** A worker that lives on when another one takes its number, in the middle of an access perhaps. */
export function outlive(shared: SharedArrayBuffer, client: number, port: number): void {
  const words = new I32(shared);
  const bus = createBusClient(shared, client);
  store(words, OLDER, 1);
  notify(words, OLDER);
  access(bus, port);
}

/** The other one. */
export function follow(shared: SharedArrayBuffer, client: number, port: number): void {
  wait(new I32(shared), OLDER, 0);
  access(createBusClient(shared, client), port);
}

/** Port 1 is written to, others are read. */
function access(bus: BusClient, port: number): void {
  if (port === 1) bus.write(port, 4, 1);
  else observe('got', bus.read(port, 4));
  observe('late', bus.timeouts);
}
