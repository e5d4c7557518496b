/**
 * Services on processes: NtCreateProcess, NtCreateProcessEx, NtTerminateProcess,
 * NtTerminateJobObject, NtOpenProcess, NtQueryInformationProcess.
 */
import { PROCESS_TERMINATE } from '../../rtl/nt.ts';
import { PROCESS_CREATE_FLAGS_INHERIT_HANDLES } from '../../rtl/objects.ts';
import { CURRENT_PROCESS } from '../../rtl/services.ts';
import { Status } from '../../rtl/status.ts';
import type { PsNeeds } from './needs.ts';
import type { NtThread, Process } from './types.ts';
import { accessToProcess } from '../se/privilege.ts';
import { imageName, type PsCore } from './ps.ts';

const SUCCESS = Status.STATUS_SUCCESS;

/** CURRENT_PROCESS is the caller's own. */
export function processByHandle(
  { ob }: PsNeeds,
  { processType }: PsCore,
  caller: NtThread,
  handle: number,
  access: number,
): { status: number; process?: Process } {
  if (handle === CURRENT_PROCESS) return { status: SUCCESS, process: caller.process };
  const found = ob.referenceByHandle(caller.process, handle, processType, access);
  return { status: found.status, process: found.object as Process | undefined };
}

export function registerPsServices(executive: PsNeeds, ps: PsCore): void {
  const { ke, ob } = executive;

  function byHandle(caller: NtThread, handle: number, access = 0) {
    return processByHandle(executive, ps, caller, handle, access);
  }

  function handleTo(caller: NtThread, process: Process, reserved = false) {
    const access = accessToProcess(caller, process);
    return { ...ob.createHandle(caller.process, process, access, reserved), id: process.id };
  }

  /** One of each, and the Executive makes it: a second agent would take the first one's work. */
  function isReserved(name: string): boolean {
    const { hostImages, criticalImages } = executive.options;
    const image = imageName(name);
    return image !== undefined && (hostImages.includes(image) || criticalImages.includes(image));
  }

  /** What the session manager started is started again by it, unless it ended well. */
  function guardedBySession(caller: NtThread): Process['guardian'] {
    if (caller.process.image !== executive.options.criticalImages[0]) return undefined;
    return (status) => (executive.stopping || status === SUCCESS ? undefined : true);
  }

  async function create(caller: NtThread, image: string, commandLine: string, inherit: boolean) {
    if (executive.stopping) return { status: Status.STATUS_SHUTDOWN_IN_PROGRESS };
    if (isReserved(image)) return { status: Status.STATUS_ACCESS_DENIED };
    const maker = caller.process;
    // Charged first: a process that its maker has no handle to would run all the same.
    const refused = ob.reserveHandle(maker, ps.processType);
    if (refused !== SUCCESS) return { status: refused };
    const options = { image, commandLine, maker };
    const { status, process } = await ps.createProcess(options, (created) => {
      created.guardian = guardedBySession(caller);
      return inherit ? ob.inheritHandles(maker, created) : SUCCESS;
    });
    if (!process) {
      ob.cancelHandle(maker, ps.processType);
      return { status };
    }
    const answer = handleTo(caller, process, true);
    ob.dereference(process);
    return answer;
  }

  ke.register('NtCreateProcess', (caller, { image, commandLine }) =>
    create(caller, image, commandLine, false),
  );

  ke.register('NtCreateProcessEx', (caller, { image, commandLine, flags }) => {
    if ((flags & ~PROCESS_CREATE_FLAGS_INHERIT_HANDLES) !== 0)
      return { status: Status.STATUS_INVALID_PARAMETER };
    return create(caller, image, commandLine, flags !== 0);
  });

  ke.register('NtTerminateProcess', (caller, { handle, status }) => {
    const found = byHandle(caller, handle, PROCESS_TERMINATE);
    if (found.process) ps.terminate(found.process, status);
    return { status: found.status };
  });

  ke.register('NtTerminateJobObject', (caller, { handle, status }) => {
    const found = byHandle(caller, handle, PROCESS_TERMINATE);
    if (found.process) ps.terminateFamily(found.process, status);
    return { status: found.status };
  });

  ke.register('NtOpenProcess', (caller, { id }) => {
    const process = ps.byId(id);
    return process ? handleTo(caller, process) : { status: Status.STATUS_INVALID_PARAMETER };
  });

  ke.register('NtQueryInformationProcess', (caller, { handle }) => {
    const { status, process } = byHandle(caller, handle);
    if (!process) return { status };
    const { id, exitStatus, image, commandLine } = process;
    return { status, id, exitStatus, image, commandLine };
  });
}
