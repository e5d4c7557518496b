/**
 * A driver's hardware as REG_RESOURCE_LIST has it: the list of rtl/resources.ts, of which a service
 * key may hold what it likes.
 *
 *   encodeResources(hardware), decodeResources(bytes)   undefined: no such list, or hardware that
 *                                                       cannot be
 */
import * as lists from '../../rtl/resources.ts';

export const REG_RESOURCE_LIST = 8;
export const NO_RESOURCES = lists.NO_HARDWARE;
const PORTS = 0x1_0000;
const LINES = 16;
const CHANNELS = 8;

export function encodeResources(hardware: lists.Hardware): Uint8Array {
  return lists.encodeResources(lists.toDescriptors(hardware));
}

/** Ranges of ports, and of device memory, that there are; lines and channels likewise. */
function canBe({ type, start, length }: lists.ResourceDescriptor): boolean {
  if (type === lists.CmResourceTypePort) return length > 0 && start + length <= PORTS;
  if (type === lists.CmResourceTypeInterrupt) return start < LINES;
  if (type === lists.CmResourceTypeMemory)
    return length > 0 && lists.isDeviceMemory([start, length]);
  return type === lists.CmResourceTypeDma && start < CHANNELS;
}

export function decodeResources(bytes: Uint8Array): lists.Hardware | undefined {
  try {
    const list = bytes.length === 0 ? undefined : lists.decodeResources(bytes);
    return list?.every(canBe) ? lists.toHardware(list) : undefined;
  } catch {
    return undefined;
  }
}
