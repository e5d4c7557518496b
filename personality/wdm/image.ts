/**
 * A driver as an image: entry 0 is its main thread, entry 1 the loop of an interrupt thread.
 *
 * Each process of the image has a runtime of its own, made when entry 0 starts. Interrupt threads
 * are started by WdmConnectInterrupt with (handler slot, notification slot, thread slot, index of
 * the interrupt).
 */
import { SLOT_DOORBELL } from '../rtl/layout.ts';
import * as Status from '../rtl/ntstatus.ts';
import { runBase } from '../rtl/seh/unhandled.ts';
import { NtException } from '../rtl/status.ts';
import { seL4_IRQHandler_Ack } from '../sel4/invocations.ts';
import { seL4_Signal, seL4_Wait } from '../sel4/syscalls.ts';
import type { Entry, Image } from '../sel4/types.ts';
import { serveInterrupt } from './interrupt.ts';
import { KernelTransport } from './kernel-transport.ts';
import { runDriver } from './loop.ts';
import { Runtime } from './runtime.ts';
import type { DriverEntry } from './types.ts';

export function driverImage(entry: DriverEntry): Image {
  return () => {
    let transport: KernelTransport | undefined;
    let runtime: Runtime | undefined;

    const main: Entry = async (thread) => {
      transport = new KernelTransport(thread);
      const started = (runtime = new Runtime(transport));
      await runBase(
        () => started.name,
        () => runDriver(started, entry),
      );
    };

    const interrupt: Entry = async (thread, [handler, notification, , index]) => {
      if (!transport || !runtime) throw new Error('an interrupt thread before the main thread');
      const [served, driver] = [transport, runtime];
      await runBase(
        () => driver.name,
        async () => {
          for (;;) {
            await seL4_Wait(thread, notification);
            const { acknowledge, ring } = served.onThread(thread, () =>
              serveInterrupt(driver, index),
            );
            // Refused, no interrupt would come any more, and nobody would hear why.
            if (acknowledge && seL4_IRQHandler_Ack(thread, handler) !== 0)
              throw new NtException(Status.STATUS_DEVICE_NOT_CONNECTED);
            if (ring) await seL4_Signal(thread, SLOT_DOORBELL);
          }
        },
      );
    };

    return { entries: [main, interrupt] };
  };
}
