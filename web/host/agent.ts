/**
 * The agent: a native process that does for the page what the page asks.
 *
 * Requests wait in a queue in this worker; the host raises HOST_IRQ, the kernel signals the agent's
 * doorbell, the agent takes them and makes Nt* calls; in which order is said in agent-turns.ts. It
 * holds what every native process holds, and the doorbell with its interrupt handler.
 *
 * Whatever reaches it, and whatever goes wrong while it works, becomes an answer. Should it end all
 * the same, the Executive starts another one, which takes the queue over.
 *
 * It runs lines in a shell, so the file that is made of it has all of the shell: it exports that
 * image too, and travels once for both (code.ts). What it does for a request comes with the first
 * one (agent-work.ts).
 */
import { seL4_NoError } from '../../kernel-as/abi.ts';
import { check } from '../../personality/ntdll/files.ts';
import { NtClose, NtOpenEvent, NtWaitForSingleObject } from '../../personality/ntdll/native.ts';
import { havePart, PartMissing } from '../../personality/ntdll/parts.ts';
import { nativeImage, type NtProcess } from '../../personality/ntdll/process.ts';
import { SLOT_DOORBELL, SLOT_HOST_IRQ } from '../../personality/rtl/layout.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { SYNCHRONIZE } from '../../personality/rtl/nt.ts';
import { NtException } from '../../personality/rtl/status.ts';
import { SESSION_EVENT, TIMEOUT_INFINITE } from '../../personality/rtl/services.ts';
import { seL4_IRQHandler_Ack } from '../../personality/sel4/invocations.ts';
import { seL4_Wait } from '../../personality/sel4/syscalls.ts';
import type { Image } from '../../personality/sel4/types.ts';
import type { HostQueue } from './host-queue.ts';

export { image } from '../../personality/ntcmd/index.ts';

export function agentImage(queue: HostQueue): Image {
  return nativeImage(async (process) => {
    await sessionReady(process);
    queue.open();
    for (;;) {
      while (queue.first && !(await isServed(process, queue)));
      await rung(process);
    }
  }, 'yield');
}

async function rung({ thread }: NtProcess): Promise<void> {
  await seL4_Wait(thread, SLOT_DOORBELL);
  const error = seL4_IRQHandler_Ack(thread, SLOT_HOST_IRQ);
  // Nobody would wake it any more; the next agent has what it takes.
  if (error !== seL4_NoError) throw new NtException(Status.STATUS_DEVICE_NOT_CONNECTED);
}

/** Requests that come before the drives have names wait in the queue. */
async function sessionReady(process: NtProcess): Promise<void> {
  const { handle } = check(
    await NtOpenEvent(process, {
      name: SESSION_EVENT,
      access: SYNCHRONIZE,
      attributes: 0,
    }),
  );
  check(
    await NtWaitForSingleObject(process, {
      handle,
      alertable: false,
      timeout: TIMEOUT_INFINITE,
    }),
  );
  await NtClose(process, { handle });
}

/**
 * Whether what there was to do for this thread is done. Where its code did not come, the first
 * request has that as its answer, and the next tries again.
 */
async function isServed(process: NtProcess, queue: HostQueue): Promise<boolean> {
  try {
    const { serve } = await havePart(process, 'agent', () => import('./agent-work.ts'));
    await serve(process, queue, rung);
    return true;
  } catch (error) {
    if (!(error instanceof PartMissing)) throw error;
    queue.take()?.answer({ error: { status: error.status, message: error.words } });
    return false;
  }
}
