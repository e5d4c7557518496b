/** A driver's world (personality/wdm/kernel-transport.ts): function calls, and one promise. */
import { SLOT_DOORBELL, SLOT_SERVICE } from '../../../../personality/rtl/layout.ts';
import type {
  ServiceInput,
  ServiceName,
  ServiceOutput,
} from '../../../../personality/rtl/services.ts';
import type { Awaitable, Thread, Window } from '../../../../personality/sel4/types.ts';
import type { Transport } from '../../../../personality/wdm/transport.ts';
import type { LinkedThread } from './kernel.ts';

export class KernelTransport implements Transport {
  readonly #thread: LinkedThread;
  readonly #badge: number;

  constructor(main: Thread) {
    this.#thread = main as LinkedThread;
    this.#badge = this.#thread.objects.get(SLOT_SERVICE)?.badge ?? 0;
  }

  onThread<T>(_thread: Thread, body: () => T): T {
    return body();
  }

  call<N extends ServiceName>(name: N, input: ServiceInput<N>): Awaitable<ServiceOutput<N>> {
    return this.#thread.system.service(this.#badge, name, input) as Awaitable<ServiceOutput<N>>;
  }

  async waitDoorbell(): Promise<number> {
    await this.#thread.wait(SLOT_DOORBELL);
    return this.#thread.badge;
  }

  window(address: number, length: number, writable: boolean): Window {
    return this.#thread.window(address, length, writable);
  }

  portIn(_slot: number, port: number, width: 1 | 2 | 4): number {
    return this.#thread.system.bus.read(port, width);
  }

  portOut(_slot: number, port: number, width: 1 | 2 | 4, value: number): void {
    this.#thread.system.bus.write(port, width, value);
  }

  now(): number {
    return this.#thread.now();
  }

  log(...text: unknown[]): void {
    this.#thread.log(...text);
  }
}
