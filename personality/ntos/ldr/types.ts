/** What ldr gives to the other components: drivers, by their names. */
import type { Process } from '../ps/types.ts';

export interface Ldr {
  loadDriver(name: string): Promise<number>;
  /** Those that the system starts with, by their service keys. What fails is said. */
  loadSystemDrivers(): Promise<void>;
  /**
   * Those that come after the first programs; resolves when none is on its way any more. A status:
   * why none was tried.
   */
  loadAutoDrivers(): Promise<number>;
  /**
   * STATUS_SUCCESS when the driver has no open files, mounted volumes or pending requests, and is
   * gone.
   */
  unloadDriver(name: string): Promise<number>;
  /** The process of a loaded driver. */
  driverProcess(name: string): Process | undefined;
  /**
   * Loads the driver whose device is meant by a name that leads to nothing. STATUS_SUCCESS: look
   * again; undefined: no driver that is loaded when it is first wanted has such a device.
   */
  demand(missing: string): Promise<number | undefined>;
  /** A driver is being loaded again in the place of one that died. */
  readonly restarting: boolean;
  /**
   * Waits until no driver is being loaded again, or the caller's process ends. For who looks for a
   * device by its name.
   */
  restarted(caller: Process): Promise<void>;
}
