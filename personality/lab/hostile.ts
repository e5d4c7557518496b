/**
 * A program that tries what it may not: by numbers of slots, which is all that it can say to the
 * kernel, and by services, which is all that it can ask of the Executive.
 *
 * Nothing is done with what it is given: an attempt that is not refused is counted, and no more.
 * Its own slots are left out, since to use them is its right: each thread's endpoint to the
 * Executive, and the one for faults.
 */
import { querySystem, writeAll } from '../ntdll/files.ts';
import {
  NtClose,
  NtLoadDriver,
  NtOpenKey,
  NtOpenProcess,
  NtQuerySystemInformation,
  NtRevokeCapability,
  NtShutdownSystem,
  NtUnloadDriver,
} from '../ntdll/native.ts';
import { RtlGetFullPathName_U } from '../ntdll/parameters.ts';
import type { NtProcess } from '../ntdll/process.ts';
import { CSPACE_BITS, SLOT_FAULT, SLOT_GRANTS, SLOT_SERVICE } from '../rtl/layout.ts';
import {
  PROCESS_TERMINATE,
  SystemKernelInformation,
  SystemProcessChargeInformation,
} from '../rtl/nt.ts';
import { KEY_SET_VALUE } from '../rtl/registry.ts';
import { NT_SUCCESS } from '../rtl/status.ts';
import { statusName } from '../rtl/statustext.ts';
import { seL4_CNode_Revoke, seL4_Untyped_Retype } from '../sel4/invocations.ts';
import { seL4_TCB_Suspend } from '../sel4/invocations-tcb.ts';
import { seL4_IRQHandler_Ack } from '../sel4/invocations-x86.ts';
import type { CPtr, Thread } from '../sel4/types.ts';
import { port } from './limits.ts';

/** What was answered, attempt by attempt: errors and statuses. 0: it was let through. */
type Answers = Promise<number[]>;
type Attempt = (process: NtProcess) => Answers;

const SLOTS = Array.from({ length: 1 << CSPACE_BITS }, (_, slot) => slot).filter(
  (slot) => slot < SLOT_SERVICE || slot > SLOT_FAULT,
);

const bySlots =
  (invoke: (thread: Thread, slot: CPtr) => number): Attempt =>
  ({ thread }) =>
    Promise.resolve(SLOTS.map((slot) => invoke(thread, slot)));

const refusal = ({ status }: { status: number }): number => (NT_SUCCESS(status) ? 0 : status);

/** A handle that it should not have been given is given back at once. */
async function opened(
  process: NtProcess,
  answer: { status: number; handle: number },
): Promise<number> {
  if (NT_SUCCESS(answer.status)) await NtClose(process, { handle: answer.handle });
  return refusal(answer);
}

/** Of one's own family: these it may end, as its user may. */
const OWN = new Set(['lab.exe', 'ntcmd.exe']);

async function others(process: NtProcess): Promise<{ id: number; image: string }[]> {
  const all = await querySystem(process, SystemProcessChargeInformation);
  return (all as { id: number; image: string }[]).filter(({ image }) => !OWN.has(image));
}

const forOthers =
  (attempt: (process: NtProcess, id: number) => Promise<number>): Attempt =>
  async (process) => {
    const answers: number[] = [];
    for (const { id } of await others(process)) answers.push(await attempt(process, id));
    return answers;
  };

const SERVICES_KEY = '\\Registry\\Machine\\System\\CurrentControlSet\\Services';

const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  'read port 3F4 by a slot': async (process) => {
    const answers: number[] = [];
    for (const slot of SLOTS) answers.push(await port(process, ['3f4', String(slot)]));
    return answers;
  },
  'suspend a thread by a slot': bySlots(seL4_TCB_Suspend),
  'revoke a capability by a slot': bySlots((thread, slot) =>
    seL4_CNode_Revoke(thread, slot, SLOT_SERVICE, CSPACE_BITS),
  ),
  'make an object of the kernel by a slot': bySlots((thread, slot) =>
    seL4_Untyped_Retype(thread, slot, 0, 4, slot, 0, 0, 0, 1),
  ),
  'acknowledge an interrupt by a slot': bySlots(seL4_IRQHandler_Ack),
  'open another process, to end it': forOthers(async (process, id) => {
    const wanted = { id, access: PROCESS_TERMINATE, attributes: 0 };
    return opened(process, await NtOpenProcess(process, wanted));
  }),
  "revoke another one's capability": forOthers(async (process, id) =>
    refusal(await NtRevokeCapability(process, { id, slot: SLOT_GRANTS })),
  ),
  'load a driver': async (process) => [refusal(await NtLoadDriver(process, { name: 'null' }))],
  'unload a driver': async (process) => [refusal(await NtUnloadDriver(process, { name: 'fdc' }))],
  'open the key of the drivers, to change it': async (process) => {
    const key = { name: SERVICES_KEY, root: 0, access: KEY_SET_VALUE, attributes: 0 };
    return [await opened(process, await NtOpenKey(process, key))];
  },
  "read the kernel's memory": async (process) => {
    const kernel = { class: SystemKernelInformation, offset: 0 };
    return [refusal(await NtQuerySystemInformation(process, kernel))];
  },
  'stop the system': async (process) => [refusal(await NtShutdownSystem(process, { action: 0 }))],
};

/** The kernel's errors, by their numbers in seL4. */
const KERNEL = ['', 'InvalidArgument', 'InvalidCapability', 'IllegalOperation', 'RangeError'];

function nameOf(answer: number): string {
  const ofKernel = KERNEL[answer];
  return ofKernel ? `seL4_${ofKernel}` : statusName(answer);
}

function lineOf(what: string, answers: readonly number[]): string {
  const through = answers.filter((answer) => answer === 0).length;
  const why = [...new Set(answers.filter((answer) => answer !== 0))].map(nameOf).join(', ');
  const tried = `${answers.length} tried`;
  return `${what}: ${tried}, ${through} let through${why === '' ? '' : ` (refused: ${why})`}`;
}

/** How many were let through. What was tried and answered goes to the file, if one is named. */
export async function hostile(process: NtProcess, [path]: readonly string[]): Promise<number> {
  const lines: string[] = [];
  let through = 0;
  for (const [what, attempt] of Object.entries(ATTEMPTS)) {
    const answers = await attempt(process);
    lines.push(lineOf(what, answers));
    through += answers.filter((answer) => answer === 0).length;
  }
  if (path === undefined) return through;
  const report = new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(''));
  await writeAll(process, `\\??\\${RtlGetFullPathName_U(process, path)}`, report);
  return through;
}
