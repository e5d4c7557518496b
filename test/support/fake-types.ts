/** What a test tells the made-up Executive, and hears of it. */
import type { MajorName } from '../../personality/rtl/irp.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { Packet } from '../../personality/rtl/packets.ts';
import type { Machine } from '../../web/machine/types.ts';

/** What a driver answered. */
export type IrpCompletion<M extends MajorName = MajorName> = Omit<Packet<'done', M>, 'kind'>;

export interface FakeDevice {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly sectorSize: number;
  fileSystem: boolean;
}

export interface FakeOptions {
  machine?: Machine;
  /** Image name, such as `fdc.sys`. */
  image?: string;
  ports?: (readonly [number, number])[];
  interrupts?: number[];
  dma?: number[];
  memory?: (readonly [number, number])[];
  /** What NtQuerySystemTime answers at boot, 100 ns since 1601. */
  systemTime?: number;
}

export interface RequestOptions {
  minor?: number;
  flags?: number;
  file?: number;
  client?: number;
  /** Direct I/O: what stands for the client's memory. */
  buffer?: Uint8Array;
  /** It may be written though it is no read: METHOD_OUT_DIRECT. */
  writable?: boolean;
  /** METHOD_NEITHER: what the client has at which address. */
  user?: FakeUser;
}

export type FakeUser = readonly { address: number; bytes: Uint8Array; writable: boolean }[];

/** How a request ends that a driver held when it died. */
export function dead(id: number, major: number): IrpCompletion {
  const status = Status.STATUS_DRIVER_PROCESS_TERMINATED;
  return { id, major, status, information: 0, result: {} };
}
