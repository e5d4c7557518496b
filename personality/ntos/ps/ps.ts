/**
 * The process manager: making, starting and ending processes.
 *
 *   createPs(executive, endpoint)   the component, with what the main loop asks of it
 *
 * A process is charged before anything of it is made: its place among the processes of its family
 * and of all, and the base that every client is sure of (ps/family.ts).
 *
 * The end of a process, in this order: its state (no service finds it alive any more), what its
 * threads wait for, its threads, its
 * hardware (hal masks DMA before any buffer goes), its IRPs and devices (io), its kernel objects
 * and memory, then its handles, which
 * may wait for other drivers and so are closed by a coroutine.
 */
import * as Status from '../../rtl/ntstatus.ts';
import { describeStatus, NT_ERROR } from '../../rtl/status.ts';
import type { CPtr } from '../../sel4/types.ts';
import type { PsNeeds } from './needs.ts';
import type { ObType } from '../ob/types.ts';
import type { NtThread, Process, ProcessOptions, Ps } from './types.ts';
import { Ids } from '../ke/ids.ts';
import { chargeObject } from '../ob/charge.ts';
import { primaryCopy, tokenFor } from '../se/logon.ts';
import { processSecurity } from '../se/processes.ts';
import { destroyObjects, discardProcess, makeProcess } from './create.ts';
import { Loader } from './loader.ts';
import type { ProcessBody } from './process.ts';
import { startThread } from './thread.ts';
import type { ThreadBody } from './threadbody.ts';
import { Threads } from './threads.ts';

const SUCCESS = Status.STATUS_SUCCESS;
/** Where the images are in the name space; a prefix that may be left out. */
const MAX_PROCESS_ID = 0x7fff_fffc;
const BOOT_MODULES = '\\??\\BOOTMODULES\\';

export interface PsCore extends Ps {
  readonly processType: ObType;
  readonly threads: Threads;
  threadById(id: number): NtThread | undefined;
  threadFault(thread: NtThread, status: number | undefined): void;
  /** As Loader.bring. */
  bring(begin: () => Promise<() => unknown>): Promise<string | undefined>;
  /** PLATFORM_IRQ. */
  platformEvents(): void;
}

/** An image's plain name; undefined where it cannot be one. */
export function imageName(name: string): string | undefined {
  const plain = name.toUpperCase().startsWith(BOOT_MODULES)
    ? name.slice(BOOT_MODULES.length)
    : name;
  return /^[\w.-]{1,64}$/.test(plain) ? plain.toLowerCase() : undefined;
}

/** Asked after a wait, where the type checker thinks that it knows. */
function isEnded(process: Process): boolean {
  return process.state === 'ended';
}

export function createPs(executive: PsNeeds, endpoint: CPtr): PsCore {
  const { ke, ob, quotas } = executive;
  const loader = new Loader(executive);
  const threads = new Threads(executive, endpoint);
  /** All objects that exist, ended or not. */
  const byId = new Map<number, ProcessBody>();
  const living = new Set<ProcessBody>();
  const processIds = new Ids(MAX_PROCESS_ID, 4);

  const processType: ObType = {
    name: 'Process',
    ...processSecurity,
    dispatcher: (object) => (object as ProcessBody).ended,
    delete: (object) => void byId.delete((object as ProcessBody).id),
  };

  /** Undoes makeProcess, where the process never ran. */
  function discard(process: ProcessBody, status: number): { status: number } {
    if (process.state !== 'ended') terminate(process, status);
    ob.dereference(process);
    return { status };
  }

  function adopt(process: ProcessBody): void {
    // One reference for the caller, one for its being alive.
    ob.reference(process);
    ob.reference(process);
    byId.set(process.id, process);
    living.add(process);
    threads.adopt(process);
  }

  /** A process with its charges, known by its id; or nothing. */
  function makeCharged(options: ProcessOptions): { status: number; process?: ProcessBody } {
    const id = processIds.next((used) => byId.has(used));
    const thread = threads.identity();
    if (id === undefined || !thread) return { status: Status.STATUS_INSUFFICIENT_RESOURCES };
    const { maker } = options;
    const kind = options.kind ?? (options.host ? 'system' : 'client');
    const { status, member } = quotas.enter(kind, maker);
    if (!member) return { status };
    const token = options.token
      ? primaryCopy(options.token)
      : tokenFor(executive.se, kind, maker, member.family.logon);
    const parts = { id, thread, type: processType, member, token };
    const made = makeProcess(executive, parts, options);
    const { process } = made;
    const text = options.image.length + (options.commandLine?.length ?? 0);
    const charged =
      process && options.maker ? chargeObject(options.maker, process, text) : made.status;
    if (process && charged === SUCCESS) {
      adopt(process);
      return made;
    }
    if (process) discardProcess(executive, process);
    quotas.leave(member);
    member.quota.giveBack('processes', 1);
    return { status: charged };
  }

  async function createProcess(
    options: ProcessOptions,
    beforeStart?: (process: Process) => number | void,
  ): Promise<{ status: number; process?: Process }> {
    const image = imageName(options.image);
    if (image === undefined) return { status: Status.STATUS_OBJECT_NAME_INVALID };
    const made = makeCharged({ ...options, image });
    const { process } = made;
    if (!process) return { status: made.status };
    let status = await loader.load(process);
    if (isEnded(process)) status = process.exitStatus;
    if (status !== SUCCESS) return discard(process, status);
    process.state = 'running';
    try {
      status = beforeStart?.(process) ?? SUCCESS;
    } catch (error) {
      ke.log(`${image} cannot start:`, error);
      return discard(process, Status.STATUS_UNSUCCESSFUL);
    }
    if (status !== SUCCESS) return discard(process, status);
    for (const thread of process.threads)
      if (thread.suspendCount === 0) startThread(executive, thread);
    return { status: SUCCESS, process };
  }

  function createThread(
    target: Process,
    entry: number,
    args: (slot: number) => readonly number[],
    priority: number,
  ) {
    if (target.state === 'ended') return { status: Status.STATUS_PROCESS_IS_TERMINATING };
    const { status, thread } = threads.create(target as ProcessBody, { entry, args, priority });
    return thread ? { status, thread, resume: () => startThread(executive, thread) } : { status };
  }

  async function closeHandles(process: ProcessBody): Promise<void> {
    await ob.closeAllHandles(process);
    ob.dereference(process);
  }

  /** Its place is free when nothing goes on for it any more. */
  function settle(process: ProcessBody): void {
    if (process.settled || process.state !== 'ended' || process.pendingRequests > 0) return;
    process.settled = true;
    process.quota.giveBack('processes', 1);
  }

  function requestEnded(caller: NtThread): void {
    const thread = caller as ThreadBody;
    threads.requestEnded(thread);
    settle(thread.process);
  }

  function terminate(target: Process, status: number, fault = false): void {
    const process = target as ProcessBody;
    if (process.state === 'ended') return;
    const ran = process.state === 'running';
    process.state = 'ended';
    process.exitStatus = status;
    process.exited = ke.systemTime();
    for (const cancel of [...process.rundown]) cancel();
    for (const thread of [...process.threads]) threads.end(thread, status);
    executive.hal.processEnded(process);
    if (process.driver && ran) executive.io.driverDied(process, status);
    destroyObjects(executive, process);
    living.delete(process);
    for (const object of quotas.leave(process.member)) ob.makeTemporary(object);
    settle(process);
    process.ended.set();
    ke.spawn(`handles of ${process.image}`, () => closeHandles(process));
    report(process, status, fault);
  }

  /** The last act of an end: who keeps the process running is asked, and the host told. */
  function report(process: ProcessBody, status: number, fault: boolean): void {
    const { image, id, guardian } = process;
    process.guardian = undefined;
    const restarted = guardian?.(status);
    if (!fault && restarted === undefined) return;
    ke.log(`${image} (${id}) died: ${describeStatus(status)}`);
    executive.options.onProcessFault?.(image, status, restarted ?? false);
  }

  function familyOf({ family }: Process): readonly Process[] {
    return [...living].filter((process) => process.family === family);
  }

  function terminateFamily(one: Process, status: number): void {
    for (const process of familyOf(one)) terminate(process, status);
  }

  function terminateThread(target: NtThread, status: number): void {
    const thread = target as ThreadBody;
    const { process } = thread;
    threads.end(thread, status);
    if (process.threads.length === 0) terminate(process, status);
  }

  const mainThread = ({ process }: NtThread) => (process as ProcessBody).main;

  /** The first thread's return is the end of the process: its program has nothing more to do. */
  function threadFault(thread: NtThread, status: number | undefined): void {
    if (status === undefined && thread !== mainThread(thread))
      return terminateThread(thread, SUCCESS);
    terminate(thread.process, status ?? SUCCESS, status !== undefined && NT_ERROR(status));
  }

  function processorLost(processor: number, reason: string): void {
    for (const process of [...living]) {
      if (process.processor !== processor) continue;
      ke.log(`processor ${processor} of ${process.image} was lost: ${reason}`);
      terminate(process, Status.STATUS_UNHANDLED_EXCEPTION, true);
    }
  }

  return {
    processType,
    createProcess,
    threads,
    createThread,
    terminateThread,
    terminate,
    terminateFamily,
    familyOf,
    requestEnded,
    byId: (id) => byId.get(id),
    processes: () => [...living],
    threadById: (id) => threads.byId(id),
    threadFault,
    bring: (begin) => loader.bring(begin),
    platformEvents: () => loader.events(processorLost),
  };
}
