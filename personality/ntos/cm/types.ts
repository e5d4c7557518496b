/** What cm gives to the other components. */
import type { DriverConfiguration } from '../../rtl/driverconfiguration.ts';

export interface Cm {
  /** What the driver's service key says; undefined: there is none, or it cannot be used. */
  driver(name: string): DriverConfiguration | undefined;
  /** All drivers that have a service key, by name. */
  drivers(): [string, DriverConfiguration][];
  /** In which old disks have their names. */
  codePage(): number;
  /** Everything that is to be kept is kept, or why not. */
  flush(): Promise<number>;
}
