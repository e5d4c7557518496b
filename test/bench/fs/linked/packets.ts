/**
 * Packets between Executive and drivers as the objects that they are (personality/rtl/packets.ts):
 * what passes through the shared pages is a word that says which batch is meant.
 */
import * as original from '../../../../personality/rtl/packets.ts';
import type { Packet } from '../../../../personality/rtl/packets.ts';

export type { Packet, PacketKind } from '../../../../personality/rtl/packets.ts';
export const { OWN_IRP, majorName } = original;

const batches = new Map<number, readonly Packet[]>();
let last = 0;

type Stated = Packet & { parameters?: object; result?: object };

/** Its own object: the IRP's may change while the packet is on its way. */
export function encodePacket(packet: Packet): Packet {
  return { ...(packet as Stated) };
}

export const decodePacket = (packet: Packet): Packet => packet;

export function joinBatch(packets: readonly Packet[]): { bytes: Uint8Array; count: number } {
  const bytes = new Uint8Array(packets.length === 0 ? 0 : 4);
  if (packets.length > 0) {
    last = (last + 1) >>> 0;
    new DataView(bytes.buffer).setUint32(0, last, true);
    batches.set(last, [...packets]);
  }
  return { bytes, count: packets.length };
}

export function splitBatch(bytes: Uint8Array): readonly Packet[] {
  if (bytes.length === 0) return [];
  const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const packets = batches.get(number) ?? [];
  batches.delete(number);
  return packets;
}
