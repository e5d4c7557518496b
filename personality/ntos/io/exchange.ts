/**
 * The exchange of packets with a driver: WdmRequestIoPackets.
 *
 * What comes from a driver is hostile. It is copied before it is parsed, because the driver may
 * change the pages at any time; a batch that does not parse ends the call with
 * STATUS_INVALID_PARAMETER; a completion of an IRP that the driver does not hold, or of another
 * major function, is passed over.
 */
import { PACKETS_SIZE } from '../../rtl/layout.ts';
import { decodeCompletion, encodeRequest, joinBatch, splitBatch } from '../../rtl/packets.ts';
import { NtException, Status } from '../../rtl/status.ts';
import type { NtThread, ServiceResult } from '../executive.ts';
import type { Awaitable } from '../../sel4/types.ts';
import type { DriverObject } from './driver.ts';
import { completeIrp } from './irp.ts';
import type { IoContext } from './types.ts';

/** IRPs in one batch. */
const BATCH_LIMIT = 64;

type Answer = ServiceResult<'WdmRequestIoPackets'>;

export function requestIoPackets(
  io: IoContext,
  caller: NtThread,
  input: { outgoing: number; wait: boolean; status: number },
): Awaitable<Answer> {
  const driver = io.drivers.get(caller.process);
  if (!driver || driver.dead) return { status: Status.STATUS_ACCESS_DENIED };
  if (driver.waiting) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
  if (driver.initStatus === Status.STATUS_PENDING) {
    driver.initStatus = input.status;
    driver.initialised.set();
  }
  const status = takeCompletions(io, driver, input.outgoing);
  if (status !== Status.STATUS_SUCCESS) return { status };
  driver.rung = false;
  const incoming = deliver(io, driver);
  if (incoming > 0 || !input.wait) return { status: Status.STATUS_SUCCESS, incoming };
  return waitForPackets(io, driver);
}

async function waitForPackets(io: IoContext, driver: DriverObject): Promise<Answer> {
  driver.waiting = true;
  try {
    while (driver.queue.length === 0 && !driver.dead) await driver.arrived.wait();
  } finally {
    driver.waiting = false;
  }
  if (driver.dead) return { status: Status.STATUS_PROCESS_IS_TERMINATING };
  return { status: Status.STATUS_SUCCESS, incoming: deliver(io, driver) };
}

function takeCompletions(io: IoContext, driver: DriverObject, length: number): number {
  if (length === 0) return Status.STATUS_SUCCESS;
  const window = driver.process.driver?.outgoing;
  if (!window || length > PACKETS_SIZE) return Status.STATUS_INVALID_PARAMETER;
  try {
    for (const packet of splitBatch(window.read(0, length))) takeCompletion(io, driver, packet);
  } catch (error) {
    if (error instanceof NtException) return error.status;
    throw error;
  }
  return Status.STATUS_SUCCESS;
}

function takeCompletion(io: IoContext, driver: DriverObject, packet: Uint8Array): void {
  const completion = decodeCompletion(packet);
  const irp = driver.held.get(completion.id);
  if (!irp || irp.major !== completion.major) return;
  completeIrp(io, irp, completion.status, completion.information, completion.result);
}

/** Queued IRPs into the driver's incoming pages; how many bytes. */
function deliver(io: IoContext, driver: DriverObject): number {
  if (driver.queue.length === 0) return 0;
  const packets: Uint8Array[] = [];
  for (const irp of driver.queue.slice(0, BATCH_LIMIT)) {
    const { id, major, minor, flags, file, parameters } = irp;
    packets.push(
      encodeRequest({ id, major, minor, flags, device: irp.device.id, file, parameters }),
    );
  }
  const batch = joinBatch(packets, PACKETS_SIZE);
  driver.process.driver?.incoming.write(0, batch.bytes);
  for (const irp of driver.queue.splice(0, batch.count)) {
    driver.held.set(irp.id, irp);
    io.executive.counters.add(`io.irp.${driver.counterName}.${irp.majorName}`);
  }
  return batch.bytes.length;
}
