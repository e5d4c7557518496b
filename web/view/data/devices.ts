/** Stacks of devices from the lowest up, the volumes on disks, and the requests of each driver. */
import type {
  DeviceInformation,
  IrpInformation,
  SystemSnapshot,
} from '../../../personality/rtl/snapshot.ts';

export interface StackRow {
  /** Lowest first; requests come from the other end. */
  readonly devices: readonly {
    readonly id: number;
    readonly name: string;
    readonly driver: string;
    /** It is a file system's, mounted on the disk below. */
    readonly isVolume: boolean;
    readonly pending: number;
  }[];
}

export interface DevicesData {
  readonly stacks: readonly StackRow[];
  readonly requests: readonly IrpInformation[];
}

function stackFrom(lowest: DeviceInformation, snapshot: SystemSnapshot): StackRow {
  const byId = new Map(snapshot.devices.map((device) => [device.id, device]));
  const devices: StackRow['devices'][number][] = [];
  const seen = new Set<number>();
  for (let at: DeviceInformation | undefined = lowest; at && !seen.has(at.id);) {
    const { id, name, driver } = at;
    const isVolume = snapshot.devices.some(({ volume }) => volume === id);
    seen.add(id);
    const pending = snapshot.irps.filter((irp) => irp.driver === driver && irp.device === name);
    devices.push({ id, name, driver, isVolume, pending: pending.length });
    // A mounted volume stands on its disk as an attached device does.
    at = byId.get(at.above !== 0 ? at.above : (at.volume ?? 0));
  }
  return { devices };
}

export function devicesOf(snapshot: SystemSnapshot): DevicesData {
  const volumes = new Set(snapshot.devices.map(({ volume }) => volume));
  const lowest = snapshot.devices.filter(({ id, below }) => below === 0 && !volumes.has(id));
  return {
    stacks: lowest.map((device) => stackFrom(device, snapshot)),
    requests: snapshot.irps,
  };
}
