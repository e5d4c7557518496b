/**
 * System services: information, time, display, shutdown.
 *
 * NtQuerySystemInformation answers in JSON, in pieces: offset 0 makes a snapshot for the calling
 * thread, higher offsets read on in it.
 */
import {
  SystemCounterInformation,
  SystemModuleInformation,
  SystemProcessInformation,
  SystemTraceInformation,
  SystemVolumeInformation,
} from '../../rtl/nt.ts';
import { Status } from '../../rtl/status.ts';
import type { Executive, NtThread, Process } from '../executive.ts';

const SUCCESS = Status.STATUS_SUCCESS;
/** Records of the kernel's trace in one answer. */
const TRACE_RECORDS = 256;
/** Bytes of one piece; the rest of the service buffer is not needed. */
const PIECE = 0x3f00;

function describeProcess(process: Process): object {
  const { id, image, processor } = process;
  return {
    name: process.driver?.name ?? image.replace(/\.[^.]*$/, ''),
    id,
    image,
    threads: process.threads.length,
    driver: process.driver !== undefined,
    processor,
    handles: process.handles.size,
  };
}

function describeDriver(executive: Executive, process: Process): object {
  const { image, driver } = process;
  return { name: driver?.name, image, ...executive.io.driverInformation(process) };
}

/** The answer to a class; undefined: no such class. */
function collect(executive: Executive, which: number): unknown {
  const { ps } = executive;
  switch (which) {
    case SystemProcessInformation:
      return ps.processes().map(describeProcess);
    case SystemModuleInformation:
      return ps
        .processes()
        .filter((process) => process.driver && process.state === 'running')
        .map((process) => describeDriver(executive, process));
    case SystemCounterInformation:
      return executive.counters.snapshot();
    case SystemVolumeInformation:
      return executive.io.volumes();
    case SystemTraceInformation:
      return executive.platform.trace.read(TRACE_RECORDS);
    default:
      return undefined;
  }
}

export function registerSystemServices(executive: Executive): void {
  const { ke, thread } = executive;
  const snapshots = new WeakMap<NtThread, { which: number; bytes: Uint8Array }>();

  ke.register('NtQuerySystemInformation', (caller, { class: which, offset }) => {
    if (which === SystemTraceInformation && caller.process.driver) {
      return { status: Status.STATUS_ACCESS_DENIED };
    }
    if (offset === 0) {
      const answer = collect(executive, which);
      if (answer === undefined) return { status: Status.STATUS_INVALID_INFO_CLASS };
      const bytes = new TextEncoder().encode(JSON.stringify(answer));
      snapshots.set(caller, { which, bytes });
    }
    const snapshot = snapshots.get(caller);
    if (snapshot?.which !== which) return { status: Status.STATUS_INVALID_PARAMETER };
    const data = snapshot.bytes.subarray(offset, offset + PIECE);
    return { status: SUCCESS, data, total: snapshot.bytes.length };
  });

  ke.register('NtSetSystemInformation', (caller, { class: which, value }) => {
    if (which !== SystemTraceInformation) return { status: Status.STATUS_INVALID_INFO_CLASS };
    if (caller.process.driver) return { status: Status.STATUS_ACCESS_DENIED };
    if (value > 1) return { status: Status.STATUS_INVALID_PARAMETER };
    const { trace } = executive.platform;
    if (value === 1) trace.start();
    else trace.stop();
    return { status: SUCCESS };
  });

  ke.register('NtQuerySystemTime', () => ({ status: SUCCESS, time: ke.systemTime() }));

  ke.register('NtDisplayString', (caller, { text }) => {
    thread.log(`${caller.process.image}: ${text}`);
    return { status: SUCCESS };
  });

  ke.register('NtShutdownSystem', async (_caller, { action }) => {
    if (action !== 0) return { status: Status.STATUS_INVALID_PARAMETER };
    executive.stopping = true;
    const status = await executive.io.shutdown();
    // What could not be written may be saved yet: then the system goes on.
    if (status !== SUCCESS) executive.stopping = false;
    else executive.options.onShutdown?.();
    return { status };
  });
}
