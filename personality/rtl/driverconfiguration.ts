/** What is known of a driver before it runs: an entry of drivers/registry.ts. */
import type { MemoryRange } from './resources.ts';
import type { RestartPolicy } from './restarts.ts';

/** A device that no bus tells of: the root enumerator's. */
export interface DeviceConfiguration {
  /** Its hardware id, such as `PNP0501`. */
  readonly id: string;
  readonly ports?: readonly (readonly [number, number])[];
  readonly interrupts?: readonly number[];
  readonly dma?: readonly number[];
  /** [first byte, bytes] of device memory. */
  readonly memory?: readonly MemoryRange[];
}

export interface DriverConfiguration {
  readonly image: string;
  /** The <driver> in counters io.irp.<driver>.<major>. */
  readonly counterName: string;
  /**
   * `system`: the Executive loads it before the first program runs. `auto`: after the first
   * programs, or before a volume is mounted. `demand`: who first opens a name of `devices` has it
   * loaded. Default: whoever loads it by name.
   */
  readonly start?: 'system' | 'auto' | 'demand';
  /** Names of devices that it makes: for `demand`, and for who wants one before `auto`. */
  readonly devices?: readonly string[];
  /** Names of DOS, such as `A:`, and the devices that they lead to. */
  readonly links?: Readonly<Record<string, string>>;
  /** [first, count] */
  readonly ports: readonly (readonly [number, number])[];
  readonly interrupts: readonly number[];
  readonly dma: readonly number[];
  readonly memory?: readonly MemoryRange[];
  /** Devices that it serves and no bus tells of; their hardware is theirs, from their start on. */
  readonly rootDevices?: readonly DeviceConfiguration[];
  /** Others that it serves, when a bus tells of one. */
  readonly hardwareIds?: readonly string[];
  /** Drivers that stand below and above its devices (ntos/io/pnp/filters.ts). Default: none. */
  readonly lowerFilters?: readonly string[];
  readonly upperFilters?: readonly string[];
  /** Names of devices that it may attach its own to. Default: none. */
  readonly filters?: readonly string[];
  /** It is loaded again when it dies, and how often. Default: it is not. */
  readonly restart?: boolean | RestartPolicy;
}
