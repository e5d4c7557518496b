/**
 * Registers in memory: a driver's own range of device memory, mapped into its address space.
 *
 *   const registers = await MmMapIoSpace(driver, start, length);   a range of PnpResources(irp)
 *   READ_REGISTER_ULONG(registers, offset)
 *
 * Every access goes to the memory itself, in its order: nothing here or below caches. An offset
 * beyond the range is an access violation. `offset` counts from the first byte that was mapped.
 */
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import type { Window } from '../sel4/types.ts';
import type { DriverObject } from './types.ts';

/** Throws NtException: STATUS_ACCESS_DENIED where the range is not the driver's. */
export async function MmMapIoSpace(
  driver: DriverObject,
  physicalAddress: number,
  length: number,
): Promise<Window> {
  const { runtime } = driver;
  const request = { address: physicalAddress, length };
  const { status, address } = await runtime.service('WdmMapIoSpace', request);
  if (!NT_SUCCESS(status))
    throw new NtException(status, `memory at ${physicalAddress.toString(16)}`);
  return runtime.transport.window(address, length, true);
}

/** The window faults from now on. Throws NtException where it is none of MmMapIoSpace. */
export async function MmUnmapIoSpace(driver: DriverObject, { address }: Window): Promise<void> {
  const { status } = await driver.runtime.service('WdmUnmapIoSpace', { address });
  if (!NT_SUCCESS(status)) throw new NtException(status, 'MmUnmapIoSpace');
}

export function READ_REGISTER_UCHAR(registers: Window, offset: number): number {
  return registers.getUint8(offset);
}

export function READ_REGISTER_USHORT(registers: Window, offset: number): number {
  return registers.getUint16(offset);
}

export function READ_REGISTER_ULONG(registers: Window, offset: number): number {
  return registers.getUint32(offset);
}

export function WRITE_REGISTER_UCHAR(registers: Window, offset: number, value: number): void {
  registers.setUint8(offset, value);
}

export function WRITE_REGISTER_USHORT(registers: Window, offset: number, value: number): void {
  registers.setUint16(offset, value);
}

export function WRITE_REGISTER_ULONG(registers: Window, offset: number, value: number): void {
  registers.setUint32(offset, value);
}

/** Consecutive registers, into as many numbers as the target has. */
export function READ_REGISTER_BUFFER_UCHAR(
  registers: Window,
  offset: number,
  target: Uint8Array,
): void {
  registers.readInto(offset, target);
}

export function READ_REGISTER_BUFFER_USHORT(
  registers: Window,
  offset: number,
  target: Uint16Array,
): void {
  for (let i = 0; i < target.length; i++) target[i] = registers.getUint16(offset + 2 * i);
}

export function READ_REGISTER_BUFFER_ULONG(
  registers: Window,
  offset: number,
  target: Uint32Array,
): void {
  for (let i = 0; i < target.length; i++) target[i] = registers.getUint32(offset + 4 * i);
}

export function WRITE_REGISTER_BUFFER_UCHAR(
  registers: Window,
  offset: number,
  bytes: Uint8Array,
): void {
  registers.write(offset, bytes);
}

export function WRITE_REGISTER_BUFFER_USHORT(
  registers: Window,
  offset: number,
  values: Uint16Array,
): void {
  values.forEach((value, index) => registers.setUint16(offset + 2 * index, value));
}

export function WRITE_REGISTER_BUFFER_ULONG(
  registers: Window,
  offset: number,
  values: Uint32Array,
): void {
  values.forEach((value, index) => registers.setUint32(offset + 4 * index, value));
}
