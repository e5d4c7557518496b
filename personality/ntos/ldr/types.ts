/** What ldr gives to the other components: drivers, by their names. */
import type { Process } from '../ps/types.ts';

/** A driver's entry of the configuration (the registry's place holder). */
export interface DriverConfiguration {
  readonly image: string;
  /** The <driver> in counters io.irp.<driver>.<major>. */
  readonly counterName: string;
  /** [first, count] */
  readonly ports: readonly (readonly [number, number])[];
  readonly interrupts: readonly number[];
  readonly dma: readonly number[];
  /** Names of devices that it may attach its own to. Default: none. */
  readonly filters?: readonly string[];
  /** It is loaded again when it dies. Default: it is not. */
  readonly restart?: boolean;
}

export interface Ldr {
  loadDriver(name: string): Promise<number>;
  /**
   * STATUS_SUCCESS when the driver has no open files, mounted volumes or pending requests, and is
   * gone.
   */
  unloadDriver(name: string): Promise<number>;
  /** The process of a loaded driver. */
  driverProcess(name: string): Process | undefined;
  /** A driver is being loaded again in the place of one that died. */
  readonly restarting: boolean;
  /**
   * Waits until no driver is being loaded again, or the caller's process ends. For who looks for a
   * device by its name.
   */
  restarted(caller: Process): Promise<void>;
}
