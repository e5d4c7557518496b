/**
 * System services: information, time, display, shutdown.
 *
 * NtQuerySystemInformation (systemclasses.ts) answers in pieces: offset 0 makes a snapshot for the
 * calling thread, higher offsets read on in it. A snapshot is charged to the process as long as it
 * is kept: until the last piece was read, another one is made, or the process ends.
 */
import {
  SystemProcessInformation,
  SystemTraceInformation,
  SystemVolumeInformation,
} from '../../rtl/nt.ts';
import { SeShutdownPrivilege } from '../../rtl/security/constants.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { isNotKept, isOnMedium, NT_SUCCESS } from '../../rtl/status.ts';
import type { ServiceInput } from '../../rtl/services.ts';
import type { ServiceResult } from '../ke/types.ts';
import type { ExNeeds } from './needs.ts';
import type { NtThread } from '../ps/types.ts';
import { lacksPrivilege } from '../se/privilege.ts';
import { processes, type SystemClass } from './processlist.ts';
import { RateLimit } from './ratelimit.ts';

const SUCCESS = Status.STATUS_SUCCESS;
/** Bytes of one piece; the rest of the service buffer is not needed. */
const PIECE = 0x3f00;
/** Lines of NtDisplayString that a process may send at once, and microseconds for each one more. */
const DISPLAY_BURST = 64;
const DISPLAY_PAUSE = 100_000;

export interface SystemClasses {
  add(more: Readonly<Record<number, SystemClass>>): void;
}

interface Snapshot {
  readonly which: number;
  readonly bytes: Uint8Array;
  /** It is charged no more. */
  drop(): void;
}

/** Snapshots by thread: one each at most. */
class Snapshots {
  readonly #byThread = new Map<NtThread, Snapshot>();

  get(thread: NtThread): Snapshot | undefined {
    return this.#byThread.get(thread);
  }

  /** A status: whether the process may keep so much. */
  add(thread: NtThread, which: number, bytes: Uint8Array): number {
    this.drop(thread);
    const { rundown } = thread;
    const { quota } = thread.process;
    const status = quota.charge('pagedPool', bytes.length);
    if (status !== SUCCESS) return status;
    const drop = (): void => {
      this.#byThread.delete(thread);
      rundown.delete(drop);
      quota.giveBack('pagedPool', bytes.length);
    };
    rundown.add(drop);
    this.#byThread.set(thread, { which, bytes, drop });
    return SUCCESS;
  }

  drop(thread: NtThread): void {
    this.#byThread.get(thread)?.drop();
  }
}

/** `add`: further classes. */
export function registerSystemServices(executive: ExNeeds): SystemClasses {
  const { ke, thread } = executive;
  const snapshots = new Snapshots();
  const classes: Record<number, SystemClass> = { [SystemProcessInformation]: processes };
  const boot = ke.systemTime();
  const display = new RateLimit(DISPLAY_BURST, DISPLAY_PAUSE);

  function query(
    caller: NtThread,
    { class: which, offset, length = Infinity }: ServiceInput<'NtQuerySystemInformation'>,
  ): ServiceResult<'NtQuerySystemInformation'> {
    const row = classes[which];
    if (!row) return { status: Status.STATUS_INVALID_INFO_CLASS };
    if (row.clientsOnly && caller.process.driver) return { status: Status.STATUS_ACCESS_DENIED };
    const refused = row.privilege && lacksPrivilege(caller, row.privilege);
    if (refused) return refused;
    if (offset === 0) {
      const bytes = row.describe(executive, boot);
      const total = bytes.length;
      if (total > length) return { status: Status.STATUS_INFO_LENGTH_MISMATCH, total };
      const status = snapshots.add(caller, which, bytes);
      if (status !== SUCCESS) return { status };
    }
    const snapshot = snapshots.get(caller);
    if (snapshot?.which !== which) return { status: Status.STATUS_INVALID_PARAMETER };
    const { bytes } = snapshot;
    const data = bytes.subarray(offset, offset + PIECE);
    if (offset + PIECE >= bytes.length) snapshot.drop();
    return { status: SUCCESS, data, total: bytes.length };
  }

  /** Volumes are on disks, and the drivers of these may be on their way yet. */
  async function queryVolumes(...[caller, input]: Parameters<typeof query>) {
    await executive.ldr.loadAutoDrivers();
    const ended = caller.state === 'ended';
    return ended ? { status: Status.STATUS_THREAD_IS_TERMINATING } : query(caller, input);
  }

  ke.register(
    'NtQuerySystemInformation',
    (caller, input) =>
      (input.class === SystemVolumeInformation ? queryVolumes : query)(caller, input),
    (_, input) => !classes[input.class],
  );

  ke.register('NtSetSystemInformation', (caller, { class: which, value }) => {
    if (which !== SystemTraceInformation) return { status: Status.STATUS_INVALID_INFO_CLASS };
    if (caller.process.driver) return { status: Status.STATUS_ACCESS_DENIED };
    if (value > 1 && value !== 3) return { status: Status.STATUS_INVALID_PARAMETER };
    const { watch } = executive;
    if (value > 0) watch.start(value === 3);
    else watch.stop();
    return { status: SUCCESS };
  });

  ke.register('NtQuerySystemTime', () => ({ status: SUCCESS, time: ke.systemTime() }));

  ke.register('NtDisplayString', (caller, { text }) => {
    if (!display.allows(caller.process, ke.now())) return { status: Status.STATUS_QUOTA_EXCEEDED };
    thread.log(`${caller.process.image}: ${text}`);
    return { status: SUCCESS };
  });

  ke.register('NtShutdownSystem', async (caller, { action }) => {
    const refused = lacksPrivilege(caller, SeShutdownPrivilege);
    if (refused) return refused;
    if (action !== 0) return { status: Status.STATUS_INVALID_PARAMETER };
    executive.stopping = true;
    const kept = await executive.cm.flush();
    const written = await executive.io.shutdown();
    const status = NT_SUCCESS(written) && isNotKept(kept) ? kept : written;
    // What could not be written may be saved yet: then the system goes on, and has it all. What is
    // on the media and not kept is in its owner's hands.
    if (isOnMedium(status)) executive.options.onShutdown?.();
    else executive.stopping = false;
    return { status };
  });
  return { add: (more) => void Object.assign(classes, more) };
}
