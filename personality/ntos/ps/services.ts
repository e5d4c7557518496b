/**
 * Services on processes: NtCreateProcess, NtCreateProcessEx, NtTerminateProcess,
 * NtTerminateJobObject, NtOpenProcess, NtQueryInformationProcess, NtRevokeCapability.
 */
import { PROCESS_TERMINATE, SYNCHRONIZE } from '../../rtl/nt.ts';
import {
  MAXIMUM_ALLOWED,
  PROCESS_CREATE_FLAGS_INHERIT_HANDLES,
  PROCESS_QUERY_INFORMATION,
} from '../../rtl/objects.ts';
import { decodeParameters } from '../../rtl/processparameters.ts';
import { CURRENT_PROCESS } from '../../rtl/services.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { PsNeeds } from './needs.ts';
import type { NtThread, Process } from './types.ts';
import { SeDebugPrivilege } from '../../rtl/security/constants.ts';
import { lacksPrivilege } from '../se/privilege.ts';
import { checkAccess, permits } from '../se/check.ts';
import { effectiveToken, type Token } from '../se/token.ts';
import { tokenToStartWith } from '../se/start.ts';
import { openObject } from '../ob/named.ts';
import { answer, judgeClass, processClasses } from './classes.ts';
import type { ProcessBody } from './process.ts';
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

  /** The maker's: all that he may have, but to wait for it and to end it always. */
  function makersHandle(maker: Process, process: Process) {
    const { granted } = checkAccess(maker.token, process, MAXIMUM_ALLOWED);
    const access = granted | PROCESS_TERMINATE | SYNCHRONIZE | PROCESS_QUERY_INFORMATION;
    return { ...ob.createHandle(maker, process, access, true), id: process.id };
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

  async function create(
    caller: NtThread,
    {
      image,
      commandLine,
      parameters = new Uint8Array(),
    }: { image: string; commandLine: string; parameters?: Uint8Array },
    inherit = false,
    token?: Token,
  ) {
    if (executive.stopping) return { status: Status.STATUS_SHUTDOWN_IN_PROGRESS };
    if (isReserved(image)) return { status: Status.STATUS_ACCESS_DENIED };
    const maker = caller.process;
    // Raises what is wrong with them: the new process would only die of it.
    if (parameters.length > 0) decodeParameters(parameters);
    // Charged first: a process that its maker has no handle to would run all the same.
    const refused = ob.reserveHandle(maker, ps.processType);
    if (refused !== SUCCESS) return { status: refused };
    const options = { image, commandLine, parameters, maker, ...(token ? { token } : {}) };
    const { status, process } = await ps.createProcess(options, (created) => {
      created.guardian = guardedBySession(caller);
      return inherit ? ob.inheritHandles(maker, created) : SUCCESS;
    });
    if (!process) {
      ob.cancelHandle(maker, ps.processType);
      return { status };
    }
    const answer = makersHandle(maker, process);
    ob.dereference(process);
    return answer;
  }

  ke.register('NtCreateProcess', (caller, input) => create(caller, input));

  ke.register('NtCreateProcessEx', (caller, { flags, token = 0, ...input }) => {
    if ((flags & ~PROCESS_CREATE_FLAGS_INHERIT_HANDLES) !== 0)
      return { status: Status.STATUS_INVALID_PARAMETER };
    const given = token === 0 ? undefined : tokenToStartWith(executive, caller, token);
    if (given && !given.token) return { status: given.status };
    return create(caller, input, flags !== 0, given?.token);
  });

  ke.register('NtTerminateProcess', (caller, { handle, status }) => {
    const found = byHandle(caller, handle, PROCESS_TERMINATE);
    if (found.process) ps.terminate(found.process, status);
    return { status: found.status };
  });

  ke.register('NtTerminateJobObject', (caller, { handle, status }) => {
    const found = byHandle(caller, handle, PROCESS_TERMINATE);
    if (!found.process) return { status: found.status };
    const token = effectiveToken(caller);
    const others = ps.familyOf(found.process).filter((process) => process !== found.process);
    if (!others.every((process) => permits(token, process, PROCESS_TERMINATE)))
      return { status: Status.STATUS_ACCESS_DENIED };
    ps.terminateFamily(found.process, status);
    return { status: found.status };
  });

  ke.register('NtOpenProcess', (caller, { id, access = 0, attributes = 0 }) => {
    const process = ps.byId(id);
    if (!process) return { status: Status.STATUS_INVALID_PARAMETER };
    const given = { access: access || MAXIMUM_ALLOWED, attributes };
    return openObject(executive, caller, process, given);
  });

  ke.register('NtQueryInformationProcess', (caller, { handle, class: which, length = 0 }) => {
    const plain = which === undefined;
    const judged = plain ? { status: SUCCESS } : judgeClass(processClasses, which, length);
    if (judged.status !== SUCCESS) return judged;
    const access = plain ? 0 : PROCESS_QUERY_INFORMATION;
    const { status, process } = byHandle(caller, handle, access);
    if (!process) return { status };
    const { id, exitStatus, image, commandLine } = process;
    if (plain) return { status, id, exitStatus, image, commandLine };
    return { id, exitStatus, ...answer(processClasses, which, length, process as ProcessBody) };
  });

  ke.register('NtRevokeCapability', (caller, { id, slot }) => {
    const refused = lacksPrivilege(caller, SeDebugPrivilege);
    if (refused) return refused;
    if (id === 0) return { status: Status.STATUS_ACCESS_DENIED };
    const process = ps.byId(id) as ProcessBody | undefined;
    const isThere = process?.state === 'running' && process.cspace.revoke(slot);
    return { status: isThere ? SUCCESS : Status.STATUS_INVALID_PARAMETER };
  });

  ke.register('NtSetInformationProcess', (caller, { handle, class: which }) => {
    if (!processClasses[which]) return { status: Status.STATUS_INVALID_INFO_CLASS };
    const { status, process } = byHandle(caller, handle);
    return { status: process ? Status.STATUS_NOT_SUPPORTED : status };
  });
}
