/**
 * The exchange of packets with a driver: WdmRequestIoPackets.
 *
 * What comes from a driver is copied before it is parsed, because the driver may change the pages
 * at any time; a batch that does not parse ends the call with STATUS_INVALID_PARAMETER
 * (fromdriver.ts has what each packet may do).
 */
import { BELL_PACKETS, PACKETS_SIZE } from '../../../rtl/layout.ts';
import { encodeMdl } from '../../../rtl/mdl.ts';
import {
  decodePacket,
  encodePacket,
  joinBatch,
  type Packet,
  splitBatch,
} from '../../../rtl/packets.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NtException } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { ServiceResult } from '../../ke/types.ts';
import type { NtThread } from '../../ps/types.ts';
import type { DriverObject, Notice } from '../device/driver.ts';
import type { IoContext } from '../context.ts';
import { takePacket } from './fromdriver.ts';
import { irpAt } from './watched.ts';

const NOTHING = new Uint8Array();
/** Packets in one batch. */
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
  const status = takePackets(io, driver, input.outgoing);
  if (status !== Status.STATUS_SUCCESS) return { status };
  if (driver.initStatus === Status.STATUS_PENDING && input.status !== Status.STATUS_PENDING) {
    driver.initStatus = input.status;
    driver.initialised.set();
  }
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

function takePackets(io: IoContext, driver: DriverObject, length: number): number {
  if (length === 0) return Status.STATUS_SUCCESS;
  const window = driver.process?.driver?.outgoing;
  if (!window || length > PACKETS_SIZE) return Status.STATUS_INVALID_PARAMETER;
  try {
    for (const packet of splitBatch(window.read(0, length)))
      takePacket(io, driver, decodePacket(packet));
  } catch (error) {
    if (error instanceof NtException) return error.status;
    throw error;
  }
  return Status.STATUS_SUCCESS;
}

/** Queued packets into the driver's incoming pages; how many bytes. */
function deliver(io: IoContext, driver: DriverObject): number {
  if (driver.queue.length === 0) return 0;
  const packets = driver.queue.slice(0, BATCH_LIMIT).map((notice) => encodePacket(pack(notice)));
  const batch = joinBatch(packets, PACKETS_SIZE);
  driver.process?.driver?.incoming.write(0, batch.bytes);
  for (const notice of driver.queue.splice(0, batch.count)) {
    if (notice.kind !== 'request') continue;
    const { irp } = notice;
    irp.state = 'held';
    driver.held.set(irp.current!.id, irp);
    if (irp.number !== 0) irpAt(io, irp, 'irp.taken');
    io.executive.counters.add(`io.irp.${driver.counterName}.${irp.majorName}`);
  }
  // What did not fit comes with the next exchange, which nothing else may cause.
  if (driver.queue.length > 0) {
    driver.rung = true;
    driver.process?.driver?.ring(BELL_PACKETS);
  }
  return batch.bytes.length;
}

function pack(notice: Notice): Packet {
  const { kind } = notice;
  if (kind === 'cancel') return notice;
  if (kind === 'lowerDone') {
    const { id, irp } = notice;
    const { major, status, information, result } = irp;
    return { kind, id, major, status, information, result };
  }
  const { irp } = notice;
  const { id, device, minor, flags, parameters } = irp.current!;
  const { major, file, client } = irp;
  const mdl = irp.mdl ? encodeMdl(irp.mdl.segments) : NOTHING;
  return { kind, id, major, minor, flags, device: device.id, file, mdl, client, parameters };
}
