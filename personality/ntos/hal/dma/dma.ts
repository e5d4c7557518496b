/**
 * DMA services: adapters, channels, transfers.
 *
 * The 8237s and their page registers belong to the Executive alone. A driver opens an adapter for a
 * channel that is among its
 * resources, allocates the channel, and names buffers by the IRPs that it holds: it never sees a
 * physical address.
 *
 * What comes one behind the other is one call: IoMapTransfer waits for the channel too, or ends the
 * transfer before; a channel is let go by a packet that goes with the next batch.
 *
 *   createDma(executive, hardware)   { processEnded, freeChannel, revoke }
 */
import * as Status from '../../../rtl/ntstatus.ts';
import { PAGE_SIZE } from '../../../rtl/layout.ts';
import type { ServiceInput } from '../../../rtl/services.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { ServiceResult } from '../../ke/types.ts';
import type { HalNeeds } from '../needs.ts';
import type { NtThread, Process } from '../../ps/types.ts';
import { Ids } from '../../ke/ids.ts';
import { assignedTo } from '../grants.ts';
import { type Adapter, Channels } from './channels.ts';
import { DmaController } from './controller.ts';
import type { DmaHardware } from './hardware.ts';
import { MAP_REGISTERS, MapRegisters } from './mapregisters.ts';
import { abandonTransfer, flushTransfer, mapTransfer, type TransferParts } from './transfer.ts';

const SUCCESS = Status.STATUS_SUCCESS;
/** Adapters that one driver may have open. */
const ADAPTER_LIMIT = 16;
const MAX_ADAPTER_ID = 0x7fff_ffff;

type MapInput = ServiceInput<'IoMapTransfer'>;

function createParts(executive: HalNeeds, { caps, block }: DmaHardware): TransferParts {
  const { thread } = executive;
  const controller = new DmaController(thread, caps);
  controller.initialise();
  return {
    executive,
    controller,
    mapRegisters: new MapRegisters(block),
    active: new Map(),
    bounces: executive.counters.counter('dma.bounce'),
  };
}

export interface Dma {
  processEnded(process: Process): void;
  /** The channel goes to whoever waits for it; nothing where the adapter does not have it. */
  freeChannel(process: Process, adapter: number): void;
  /** The channels are the driver's no more. */
  revoke(process: Process, channels: readonly number[]): void;
}

export function createDma(executive: HalNeeds, hardware: DmaHardware): Dma {
  const { ke } = executive;
  const parts = createParts(executive, hardware);
  const channels = new Channels(executive);
  const adapters = new Map<number, Adapter>();
  const ids = new Ids(MAX_ADAPTER_ID);

  function find({ process }: { readonly process: Process }, id: number): Adapter | undefined {
    const adapter = adapters.get(id);
    return adapter?.process === process ? adapter : undefined;
  }

  /** The adapter, if it is the process's and has its channel now. */
  function holding(
    caller: { readonly process: Process },
    id: number,
  ): { status: number; adapter?: Adapter } {
    const adapter = find(caller, id);
    if (!adapter) return { status: Status.STATUS_INVALID_HANDLE };
    if (channels.holder(adapter.channel) !== adapter)
      return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
    return { status: SUCCESS, adapter };
  }

  function release(adapter: Adapter): void {
    abandonTransfer(parts, adapter);
    channels.free(adapter);
  }

  ke.register('HalGetAdapter', (caller, { channel, maximumLength }) => {
    const { process } = caller;
    if (!assignedTo(process).dma.includes(channel)) return { status: Status.STATUS_ACCESS_DENIED };
    if (maximumLength === 0) return { status: Status.STATUS_INVALID_PARAMETER };
    const open = [...adapters.values()].filter((adapter) => adapter.process === process);
    if (open.length >= ADAPTER_LIMIT) return { status: Status.STATUS_INSUFFICIENT_RESOURCES };
    const id = ids.next((used) => adapters.has(used));
    if (id === undefined) return { status: Status.STATUS_INSUFFICIENT_RESOURCES };
    const adapter: Adapter = { id, process, channel, maximumLength };
    adapters.set(adapter.id, adapter);
    const mapRegisters = Math.min(MAP_REGISTERS, Math.ceil(maximumLength / PAGE_SIZE) + 1);
    return { status: SUCCESS, adapter: adapter.id, mapRegisters };
  });

  ke.register('HalPutAdapter', (caller, { adapter: id }) => {
    const adapter = find(caller, id);
    if (!adapter) return { status: Status.STATUS_INVALID_HANDLE };
    release(adapter);
    adapters.delete(id);
    return { status: SUCCESS };
  });

  function allocate(caller: NtThread, id: number): Awaitable<number> {
    const adapter = find(caller, id);
    return adapter ? channels.allocate(adapter) : Status.STATUS_INVALID_HANDLE;
  }

  ke.register('IoAllocateAdapterChannel', (caller, { adapter }) => {
    const answer = allocate(caller, adapter);
    return answer instanceof Promise ? answer.then((status) => ({ status })) : { status: answer };
  });

  ke.register('IoFreeAdapterChannel', (caller, { adapter: id }) => {
    const { status, adapter } = holding(caller, id);
    if (adapter) release(adapter);
    return { status };
  });

  function map(caller: NtThread, input: MapInput): ServiceResult<'IoMapTransfer'> {
    const { status, adapter } = holding(caller, input.adapter);
    if (!adapter) return { status };
    if (!input.ended) return mapTransfer(parts, adapter, input);
    const flushed = flushTransfer(parts, adapter, input.ended);
    const mapped = flushed.status === SUCCESS ? mapTransfer(parts, adapter, input) : flushed;
    return { ...flushed, ...mapped };
  }

  ke.register('IoMapTransfer', (caller, input) => {
    const allocated = input.allocate ? allocate(caller, input.adapter) : SUCCESS;
    const mapped = (status: number) => (status === SUCCESS ? map(caller, input) : { status });
    return allocated instanceof Promise ? allocated.then(mapped) : mapped(allocated);
  });

  ke.register('IoFlushAdapterBuffers', (caller, { adapter: id, irp }) => {
    const { status, adapter } = holding(caller, id);
    return adapter ? flushTransfer(parts, adapter, irp) : { status };
  });

  function drop(which: (adapter: Adapter) => boolean): void {
    for (const adapter of [...adapters.values()].filter(which)) {
      release(adapter);
      adapters.delete(adapter.id);
    }
  }

  return {
    processEnded: (process) => drop((adapter) => adapter.process === process),
    freeChannel(process, id) {
      const { adapter } = holding({ process }, id);
      if (adapter) release(adapter);
    },
    revoke: (process, taken) =>
      drop((adapter) => adapter.process === process && taken.includes(adapter.channel)),
  };
}
