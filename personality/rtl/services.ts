/**
 * The services of the Executive: *the* contract between it and every other process.
 *
 * Each entry has a number (the message label), what goes in and what comes out. Marshalling on both
 * sides comes from this table (marshal.ts): scalars travel in message registers, in field order;
 * text and byte strings in the caller's service buffer, named by one register (offset << 16 |
 * length). The reply's register 0 is the NTSTATUS, then the out fields; they are present whatever
 * the status. Addresses are the caller's own: the Executive checks that they lie in memory that it
 * mapped for that process.
 *
 * Nt* are for every process, Wdm* only for processes that were loaded as drivers (others get
 * STATUS_ACCESS_DENIED).
 */
import type { Fields } from './schema.ts';
import { service } from './service.ts';
import { fileServices } from './services-files.ts';
import { memoryServices } from './services-memory.ts';
import { objectServices } from './services-objects.ts';
import { pipeServices } from './services-pipes.ts';
import { portServices } from './services-ports.ts';
import { registryServices } from './services-registry.ts';
import { pnpServices } from './services-pnp.ts';
import { threadServices } from './services-threads.ts';
import { tokenServices } from './services-tokens.ts';
import { waitServices } from './services-wait.ts';

export const services = {
  ...objectServices,
  ...threadServices,
  ...waitServices,
  ...fileServices,
  ...pipeServices,
  ...portServices,
  ...registryServices,
  ...tokenServices,
  ...pnpServices,
  ...memoryServices,

  // Processes, memory
  /** Starts an image of \??\BootModules with a command line. */
  NtCreateProcess: service(48, { image: 'str', commandLine: 'str' }, { handle: 'u32', id: 'u32' }),
  /**
   * The same; `flags`: PROCESS_CREATE_FLAGS_* of objects.ts. `parameters` (processparameters.ts) go
   * to the new process as they are: in its first thread's service buffer. None: it has image and
   * command line alone. `token`: a handle to the primary token that it starts with; 0: as its
   * maker, without privileges (ntos/se/logon.ts).
   */
  NtCreateProcessEx: service(
    62,
    { image: 'str', commandLine: 'str', flags: 'u32', parameters: 'bytes' },
    { handle: 'u32', id: 'u32' },
    { token: 'u32' },
  ),
  /** Handle 0xFFFFFFFF is the caller's own process: does not return then. */
  NtTerminateProcess: service(49, { handle: 'u32', status: 'u32' }, {}),
  /** Without the rights that are wanted: all that may be had. */
  NtOpenProcess: service(
    50,
    { id: 'u32' },
    { handle: 'u32' },
    { access: 'u32', attributes: 'u32' },
  ),
  /**
   * A class of objects.ts as its structure (processinformation.ts), of which `needed` is the
   * length. The words before it come without a class, too: what nearly everybody asks for.
   */
  NtQueryInformationProcess: service(
    51,
    { handle: 'u32' },
    {
      id: 'u32',
      exitStatus: 'u32',
      image: 'str',
      commandLine: 'str',
      data: 'bytes',
      needed: 'u32',
    },
    { class: 'u32', length: 'u32' },
  ),
  /** No class can be set: STATUS_NOT_SUPPORTED for those that can be asked for. */
  NtSetInformationProcess: service(251, { handle: 'u32', class: 'u32', data: 'bytes' }, {}),
  NtDisplayString: service(59, { text: 'str' }, {}),
  /**
   * Ends a process and all of its family at once: whoever forks faster than `kill` kills. The
   * handle is of a process; every family is a job.
   */
  NtTerminateJobObject: service(61, { handle: 'u32', status: 'u32' }, {}),

  // System
  NtLoadDriver: service(64, { name: 'str' }, {}),
  NtUnloadDriver: service(65, { name: 'str' }, {}),
  /**
   * Classes of nt.ts: NT's as NT's structures (systeminformation.ts), this system's own as JSON,
   * UTF-8. `offset` reads on in a long answer. `length`: the caller's room for all of it; where it
   * is given and too small, STATUS_INFO_LENGTH_MISMATCH tells `total`.
   */
  NtQuerySystemInformation: service(
    66,
    { class: 'u32', offset: 'u32' },
    { data: 'bytes', total: 'u32' },
    { length: 'u32' },
  ),
  NtQuerySystemTime: service(67, {}, { time: 'i64' }),
  /** Action 0: flush and unmount everything, then stop. */
  NtShutdownSystem: service(68, { action: 'u32' }, {}),
  /**
   * SystemTraceInformation: 1 starts the kernel's trace, 0 stops it; 3 starts it with all accesses
   * to ports of the diskette controller. No other class can be set.
   */
  NtSetSystemInformation: service(69, { class: 'u32', value: 'u32' }, {}),
  /**
   * Takes a capability out of a process's CSpace, and with it what was made of it there. This
   * system's own; for who holds SeDebugPrivilege. The Executive's CSpace is not to be had.
   */
  NtRevokeCapability: service(70, { id: 'u32', slot: 'u32' }, {}),

  // Drivers
  /**
   * Hands over what is in PACKETS_OUT and, if `wait`, waits until there is something in PACKETS_IN.
   * The first call means: initialised (or failed, by `status`).
   */
  // `outgoing` and `incoming` are bytes of the batches.
  WdmRequestIoPackets: service(
    128,
    { outgoing: 'u32', wait: 'bool', status: 'u32' },
    { incoming: 'u32' },
  ),
  WdmCreateDevice: service(
    129,
    { name: 'str', type: 'u32', flags: 'u32', sectorSize: 'u32' },
    { device: 'u32' },
  ),
  WdmDeleteDevice: service(130, { device: 'u32' }, {}),
  WdmRegisterFileSystem: service(131, { device: 'u32' }, {}),
  /**
   * The driver's own device comes above all that is attached to the device of that name, which its
   * configuration must name among its `filters`. The answer describes the device that is then next
   * below.
   */
  WdmAttachDevice: service(
    136,
    { device: 'u32', name: 'str' },
    { lower: 'u32', type: 'u32', flags: 'u32', sectorSize: 'u32' },
  ),
  WdmDetachDevice: service(137, { device: 'u32' }, {}),
  /**
   * The driver's assigned hardware, JSON: { ports: [[first, count]...], interrupts: [line...], dma:
   * [channel...], memory: [[first, bytes]...] }.
   */
  WdmGetResources: service(132, {}, { resources: 'str' }),
  /** Grants a capability to a port range that is among the resources. */
  WdmEnablePorts: service(133, { first: 'u32', count: 'u32' }, { slot: 'u32' }),
  /**
   * Makes an ISR thread that starts in `entry` with (handler slot, notification slot, thread slot,
   * context).
   */
  WdmConnectInterrupt: service(
    134,
    { line: 'u32', entry: 'u32', context: 'u32' },
    { handlerSlot: 'u32', notificationSlot: 'u32' },
  ),
  /**
   * The doorbell rings with BELL_TIMER at or soon after `due` (microseconds of Thread.now()). One
   * per driver: the earliest wins.
   */
  WdmSetTimer: service(135, { due: 'i64' }, {}),

  // DMA: the Executive owns the 8237s. A driver names the buffer by the IRP that it holds.
  /**
   * Opens a system DMA channel that is among the resources; `maximumLength` bytes at most per
   * transfer. Reply: map registers to be had.
   */
  HalGetAdapter: service(
    144,
    { channel: 'u32', maximumLength: 'u32' },
    { adapter: 'u32', mapRegisters: 'u32' },
  ),
  HalPutAdapter: service(145, { adapter: 'u32' }, {}),
  /** Waits for the channel; STATUS_IO_TIMEOUT if another holds it for long. */
  IoAllocateAdapterChannel: service(146, { adapter: 'u32' }, {}),
  IoFreeAdapterChannel: service(147, { adapter: 'u32' }, {}),
  /**
   * Programs the channel for `length` bytes at `offset` of the IRP's buffer (fewer where they
   * cannot be one transfer). Bounces where it must; on writes copies now. `allocate`: waits for the
   * channel before. `ended`: the IRP whose transfer is programmed still, and is flushed before; 0:
   * none is. `transferred` of it is told even where the next one is refused.
   */
  IoMapTransfer: service(
    148,
    {
      adapter: 'u32',
      irp: 'u32',
      offset: 'u32',
      length: 'u32',
      toDevice: 'bool',
      allocate: 'bool',
      ended: 'u32',
    },
    { length: 'u32', transferred: 'u32' },
  ),
  /**
   * After the transfer: masks the channel, on reads copies from the bounce pages. `transferred` by
   * the 8237's own count.
   */
  IoFlushAdapterBuffers: service(
    149,
    { adapter: 'u32', irp: 'u32', offset: 'u32', length: 'u32', toDevice: 'bool' },
    { transferred: 'u32' },
  ),

  /** The speaker sounds from now on, or is silent (0). Port 61 must be among the resources. */
  HalMakeBeep: service(150, { frequency: 'u32' }, {}),

  // Cached pages of a volume, for the file system that mounted (or is mounting) it
  /**
   * Maps the pages that [offset, offset + length) of the storage device touches; `address` is the
   * first one's. They stay until unmapped. The sectors of the stretch are there, by `mode` (CC_* of
   * nt.ts); of the others in its pages those are not that a bit of `missing` names (sectors from
   * the first page's start, least bit first), and read as zeros.
   */
  WdmCcMapData: service(
    160,
    { device: 'u32', offset: 'i64', length: 'u32', mode: 'u32' },
    { address: 'u32', missing: 'bytes' },
  ),
  WdmCcUnmapData: service(161, { device: 'u32', address: 'u32' }, {}),
  /** Writes dirty sectors of the volume to the device; returns when they are on the medium. */
  WdmCcFlushCache: service(163, { device: 'u32' }, {}),
  /**
   * What the Executive cached of a file no longer holds: its extents, sizes, pages beyond the size.
   * `size` -1: everything.
   */
  WdmCcPurge: service(164, { device: 'u32', file: 'u32', size: 'i64' }, {}),
  /** A file has other sizes now, in bytes: its file system changed them by itself. */
  WdmCcSetFileSizes: service(
    290,
    { device: 'u32', file: 'u32', endOfFile: 'i64', allocation: 'i64' },
    {},
  ),
} as const;

export type Services = typeof services;
export type ServiceName = keyof Services;
export type ServiceInput<N extends ServiceName> = Fields<Services[N]['in']> &
  Partial<Fields<Services[N]['optional']>>;
export type ServiceOutput<N extends ServiceName> = Fields<Services[N]['out']> & { status: number };

/** A notification event that the Executive makes: set when drivers are loaded and drives named. */
export const SESSION_EVENT = '\\SessionReady';
export const TIMEOUT_INFINITE = Number.MIN_SAFE_INTEGER;
export const CURRENT_PROCESS = 0xffff_ffff;
export const CURRENT_THREAD = 0xffff_fffe;
