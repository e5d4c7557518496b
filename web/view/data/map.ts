/**
 * The map: processes as places, capabilities as the lines between them. A capability leads from who
 * holds it to what it is for: the Executive's endpoint, or a piece of hardware.
 */
import type { CapabilityInformation, SystemSnapshot } from '../../../personality/rtl/snapshot.ts';

export interface MapPlace {
  readonly id: string;
  readonly name: string;
  readonly kind: 'executive' | 'driver' | 'client' | 'hardware';
  /** 0 for what is no process. */
  readonly process: number;
}

export interface MapLine {
  readonly from: string;
  readonly to: string;
  readonly slot: number;
  readonly type: string;
  readonly rights: number;
  readonly badge: number;
  readonly about: string;
}

export interface MapData {
  readonly places: readonly MapPlace[];
  readonly lines: readonly MapLine[];
}

const EXECUTIVE = 'executive';

const isHardware = ({ type }: CapabilityInformation): boolean =>
  type === 'IOPort' || type === 'IRQHandler';

export function mapOf({ processes }: SystemSnapshot): MapData {
  const places = new Map<string, MapPlace>();
  places.set(EXECUTIVE, { id: EXECUTIVE, name: 'Executive', kind: 'executive', process: 0 });
  const lines: MapLine[] = [];
  for (const { id, image, driver, capabilities } of processes) {
    const from = `process ${id}`;
    const kind = driver === undefined ? 'client' : 'driver';
    places.set(from, { id: from, name: driver ?? image, kind, process: id });
    for (const capability of capabilities) {
      const { slot, type, rights, badge, about } = capability;
      const to = isHardware(capability) ? `hardware ${about}` : EXECUTIVE;
      if (!places.has(to)) places.set(to, { id: to, name: about, kind: 'hardware', process: 0 });
      lines.push({ from, to, slot, type, rights, badge, about });
    }
  }
  return { places: [...places.values()], lines };
}
