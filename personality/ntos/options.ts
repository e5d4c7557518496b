/** What the host may set when it boots an Executive. */
import type { DirtyNews } from './cc/context.ts';
import type { DriverConfiguration } from '../rtl/driverconfiguration.ts';

export interface ExecutiveOptions {
  /** Images started at boot, in order. Default: smss.exe. */
  bootImages: readonly string[];
  /** Those of bootImages that are started again when they end (ps/supervisor.ts). Default: none. */
  criticalImages: readonly string[];
  /**
   * Images that are given the host's doorbell (SLOT_DOORBELL, SLOT_HOST_IRQ). Default: agent.exe.
   */
  hostImages: readonly string[];
  /** Age at which an IRP's driver counts as hung, in microseconds. */
  irpTimeout: number;
  /** Longest wait for an image to load or a driver to initialise, in microseconds. */
  loadTimeout: number;
  /** Longest wait for a DMA channel, in microseconds. */
  dmaTimeout: number;
  /** Drivers that can be loaded. Default: configuration.ts. */
  drivers: Readonly<Record<string, DriverConfiguration>>;
  /** Memory for the file and volume caches, in pages; at most the cache's share of RAM. */
  cachePages: number;
  /**
   * Told of a process that died of a fault, and of every end of one that is kept running, or of a
   * driver; `restarted`: another one is being started in its place.
   */
  onProcessFault?: (image: string, status: number, restarted: boolean) => void;
  /**
   * Told of a disk's volume when it has something to write, and when it has nothing any more; each
   * once. `device`: the disk's name, such as `\Device\Floppy0`.
   */
  onDirty?: (device: string, news: DirtyNews) => void;
  /** Told when everything has been written and unmounted: the machine may be switched off. */
  onShutdown?: () => void;
  /** Told, in words, when the Executive itself cannot go on. */
  onPanic?: (reason: string) => void;
}
