/**
 * Services on processes: NtCreateProcess, NtTerminateProcess, NtTerminateJobObject, NtOpenProcess,
 * NtQueryInformationProcess.
 */
import { CURRENT_PROCESS } from '../../rtl/services.ts';
import { Status } from '../../rtl/status.ts';
import type { Executive, NtThread, Process } from '../executive.ts';
import { ALL_ACCESS } from '../se/access.ts';
import type { PsCore } from './ps.ts';

const SUCCESS = Status.STATUS_SUCCESS;

export function registerPsServices(executive: Executive, ps: PsCore): void {
  const { ke, ob } = executive;

  function byHandle(caller: NtThread, handle: number): { status: number; process?: Process } {
    if (handle === CURRENT_PROCESS) return { status: SUCCESS, process: caller.process };
    const found = ob.referenceByHandle(caller.process, handle, ps.processType, 0);
    return { status: found.status, process: found.object as Process | undefined };
  }

  function handleTo(caller: NtThread, process: Process, reserved = false) {
    return { ...ob.createHandle(caller.process, process, ALL_ACCESS, reserved), id: process.id };
  }

  ke.register('NtCreateProcess', async (caller, { image, commandLine }) => {
    if (executive.stopping) return { status: Status.STATUS_SHUTDOWN_IN_PROGRESS };
    const maker = caller.process;
    // Charged first: a process that its maker has no handle to would run all the same.
    const refused = ob.reserveHandle(maker, ps.processType);
    if (refused !== SUCCESS) return { status: refused };
    const { status, process } = await ps.createProcess({ image, commandLine, maker });
    if (!process) {
      ob.cancelHandle(maker, ps.processType);
      return { status };
    }
    const answer = handleTo(caller, process, true);
    ob.dereference(process);
    return answer;
  });

  ke.register('NtTerminateProcess', (caller, { handle, status }) => {
    const found = byHandle(caller, handle);
    if (found.process) ps.terminate(found.process, status);
    return { status: found.status };
  });

  ke.register('NtTerminateJobObject', (caller, { handle, status }) => {
    const found = byHandle(caller, handle);
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
