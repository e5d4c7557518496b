/**
 * Hal: the driver's hardware. I/O ports, interrupts, and the ISA DMA channels that the Executive
 * keeps.
 *
 * Ports are capabilities: an access is one kernel invocation, without a message. The DMA
 * controllers belong to the Executive, which knows where the buffers of IRPs lie: a driver names
 * them by the IRP.
 * One transfer is AllocateAdapterChannel, MapTransfer, the device's command, its interrupt,
 * FlushAdapterBuffers, FreeAdapterChannel; MapTransfer may take less than was asked for.
 *
 * What comes one behind the other need not be a message each. MapTransfer without
 * AllocateAdapterChannel waits for the channel itself; FlushAndMapTransfer ends one transfer and
 * programs the next; FreeAdapterChannel goes with the next batch of packets, or with none, if the
 * channel is wanted again before.
 */
import { encodePacket } from '../rtl/packets.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import { MARK_DMA } from '../rtl/watchcodes.ts';
import type { Mdl } from './mdl.ts';
import type {
  AdapterObject,
  DriverObject,
  DriverResources,
  Irp,
  KInterrupt,
  KServiceRoutine,
  NTSTATUS,
  PortRange,
} from './types.ts';

/** Number of the image's entry that interrupt threads start in. */
const INTERRUPT_ENTRY = 1;

/** The hardware that was assigned to the driver. Throws NtException. */
export async function IoAssignResources(driver: DriverObject): Promise<DriverResources> {
  const { status, resources } = await driver.runtime.service('WdmGetResources', {});
  if (!NT_SUCCESS(status)) throw new NtException(status, 'the resources of the driver');
  return JSON.parse(resources) as DriverResources;
}

/** Ports [first, first + count), which must be among the resources. Throws NtException. */
export async function HalMapIoPorts(
  driver: DriverObject,
  first: number,
  count: number,
): Promise<PortRange> {
  const { runtime } = driver;
  const { status, slot } = await runtime.service('WdmEnablePorts', { first, count });
  if (!NT_SUCCESS(status)) throw new NtException(status, `ports from ${first.toString(16)}`);
  return { first, count, slot, runtime };
}

function portAt(range: PortRange, offset: number, width: 1 | 2 | 4): number {
  if (!(offset >= 0 && offset + width <= range.count))
    throw new RangeError(`no port at offset ${offset}`);
  return range.first + offset;
}

/** `offset` counts from the range's first port. */
export function READ_PORT_UCHAR(range: PortRange, offset: number): number {
  return range.runtime.transport.portIn(range.slot, portAt(range, offset, 1), 1);
}

export function WRITE_PORT_UCHAR(range: PortRange, offset: number, value: number): void {
  range.runtime.transport.portOut(range.slot, portAt(range, offset, 1), 1, value & 0xff);
}

export function READ_PORT_USHORT(range: PortRange, offset: number): number {
  return range.runtime.transport.portIn(range.slot, portAt(range, offset, 2), 2);
}

export function WRITE_PORT_USHORT(range: PortRange, offset: number, value: number): void {
  range.runtime.transport.portOut(range.slot, portAt(range, offset, 2), 2, value & 0xffff);
}

export function READ_PORT_ULONG(range: PortRange, offset: number): number {
  return range.runtime.transport.portIn(range.slot, portAt(range, offset, 4), 4) >>> 0;
}

export function WRITE_PORT_ULONG(range: PortRange, offset: number, value: number): void {
  range.runtime.transport.portOut(range.slot, portAt(range, offset, 4), 4, value >>> 0);
}

/** Fills `target`, whole words, with words read from the one port, low bytes first. */
export function READ_PORT_BUFFER_ULONG(range: PortRange, offset: number, target: Uint8Array): void {
  const words = new DataView(target.buffer, target.byteOffset, target.byteLength);
  for (let at = 0; at + 4 <= target.length; at += 4)
    words.setUint32(at, READ_PORT_ULONG(range, offset), true);
}

export function WRITE_PORT_BUFFER_ULONG(range: PortRange, offset: number, bytes: Uint8Array): void {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 4 <= bytes.length; at += 4)
    WRITE_PORT_ULONG(range, offset, words.getUint32(at, true));
}

/** Fills `target` with bytes read from the one port. */
export function READ_PORT_BUFFER_UCHAR(range: PortRange, offset: number, target: Uint8Array): void {
  for (let i = 0; i < target.length; i++) target[i] = READ_PORT_UCHAR(range, offset);
}

/** Writes the bytes to the one port, in order. */
export function WRITE_PORT_BUFFER_UCHAR(range: PortRange, offset: number, bytes: Uint8Array): void {
  for (const byte of bytes) WRITE_PORT_UCHAR(range, offset, byte);
}

export interface InterruptOptions<C> {
  line: number;
  serviceRoutine: KServiceRoutine<C>;
  context: C;
}

/** Starts an interrupt thread for a line that is among the resources. Throws NtException. */
export async function IoConnectInterrupt<C>(
  driver: DriverObject,
  options: InterruptOptions<C>,
): Promise<KInterrupt> {
  const { runtime } = driver;
  const interrupt: KInterrupt = {
    line: options.line,
    serviceRoutine: options.serviceRoutine as KServiceRoutine,
    context: options.context,
    unclaimed: 0,
    masked: false,
  };
  // The thread may run before the answer is here, and looks its interrupt up by this number.
  const context = runtime.interrupts.push(interrupt) - 1;
  const request = { line: options.line, entry: INTERRUPT_ENTRY, context };
  const { status } = await runtime.service('WdmConnectInterrupt', request);
  if (!NT_SUCCESS(status)) throw new NtException(status, `interrupt ${options.line}`);
  return interrupt;
}

/** No service routine of it runs any more; its thread has ended. */
export async function IoDisconnectInterrupt(
  driver: DriverObject,
  { line }: KInterrupt,
): Promise<NTSTATUS> {
  return (await driver.runtime.service('WdmDisconnectInterrupt', { line })).status;
}

export interface DeviceDescription {
  /** 0-3 and 5-7. */
  dmaChannel: number;
  /** Bytes of the longest transfer. */
  maximumLength: number;
}

/** Opens a system DMA channel that is among the resources. Throws NtException. */
export async function HalGetAdapter(
  driver: DriverObject,
  description: DeviceDescription,
): Promise<AdapterObject> {
  const { runtime } = driver;
  const { dmaChannel: channel, maximumLength } = description;
  const { status, adapter, mapRegisters } = await runtime.service('HalGetAdapter', {
    channel,
    maximumLength,
  });
  if (!NT_SUCCESS(status)) throw new NtException(status, `DMA channel ${channel}`);
  return { id: adapter, channel, mapRegisters, held: false, freeing: undefined, runtime };
}

/** Waits for the channel. STATUS_IO_TIMEOUT where another driver keeps it for long. */
export async function AllocateAdapterChannel(adapter: AdapterObject): Promise<NTSTATUS> {
  if (kept(adapter)) return Status.STATUS_SUCCESS;
  const request = { adapter: adapter.id };
  const { status } = await adapter.runtime.service('IoAllocateAdapterChannel', request);
  if (NT_SUCCESS(status)) adapter.held = true;
  return status;
}

/** Whether nobody has heard yet that the channel was freed: then it was not. */
function kept(adapter: AdapterObject): boolean {
  const { freeing, runtime } = adapter;
  adapter.freeing = undefined;
  const at = freeing ? runtime.outbox.indexOf(freeing) : -1;
  if (at < 0) return false;
  runtime.outbox.splice(at, 1);
  adapter.held = true;
  return true;
}

/** An IRP, by its buffer, or an MDL of the driver's own. */
type DmaBuffer = Pick<Irp, 'id'> | Pick<Mdl, 'id'>;

/**
 * Programs the channel for at most `length` bytes at `offset` of the buffer; `length` is how many.
 * Where the driver does not have the channel yet, waits for it as AllocateAdapterChannel does.
 */
export async function MapTransfer(
  adapter: AdapterObject,
  irp: DmaBuffer,
  offset: number,
  length: number,
  toDevice: boolean,
): Promise<{ status: NTSTATUS; length: number }> {
  const allocate = !adapter.held && !kept(adapter);
  adapter.runtime.mark(MARK_DMA, adapter.id, length, irp.id);
  const request = { adapter: adapter.id, irp: irp.id, offset, length, toDevice };
  const also = { allocate, ended: 0 };
  const answer = await adapter.runtime.service('IoMapTransfer', { ...request, ...also });
  // Who could not map has the channel all the same.
  const { status } = answer;
  const refused = status === Status.STATUS_IO_TIMEOUT || status === Status.STATUS_INVALID_HANDLE;
  if (!refused) adapter.held = true;
  return answer;
}

/**
 * FlushAdapterBuffers of the transfer that is programmed, and MapTransfer of the one that follows
 * it in the same buffer. `transferred` is of the former, and holds whatever became of the latter.
 */
export async function FlushAndMapTransfer(
  adapter: AdapterObject,
  irp: DmaBuffer,
  offset: number,
  length: number,
  toDevice: boolean,
): Promise<{ status: NTSTATUS; length: number; transferred: number }> {
  adapter.runtime.mark(MARK_DMA, adapter.id, length, irp.id);
  const request = { adapter: adapter.id, irp: irp.id, offset, length, toDevice };
  const also = { allocate: false, ended: irp.id };
  return adapter.runtime.service('IoMapTransfer', { ...request, ...also });
}

/**
 * Stops the channel and brings the data into the buffer. `transferred` by the controller's own
 * count.
 */
export async function FlushAdapterBuffers(
  adapter: AdapterObject,
  irp: DmaBuffer,
  offset: number,
  length: number,
  toDevice: boolean,
): Promise<{ status: NTSTATUS; transferred: number }> {
  const request = { adapter: adapter.id, irp: irp.id, offset, length, toDevice };
  return adapter.runtime.service('IoFlushAdapterBuffers', request);
}

/** The Executive hears of it with the next packets, before what is completed behind it. */
export function FreeAdapterChannel(adapter: AdapterObject): void {
  if (!adapter.held) return;
  adapter.held = false;
  adapter.freeing = encodePacket({ kind: 'free', adapter: adapter.id });
  adapter.runtime.outbox.push(adapter.freeing);
}

export async function PutDmaAdapter(adapter: AdapterObject): Promise<void> {
  await adapter.runtime.service('HalPutAdapter', { adapter: adapter.id });
}
