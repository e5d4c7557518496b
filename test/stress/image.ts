/**
 * The program that every processor of the stress test runs: a server, which answers whoever calls,
 * and clients, which do something at random again and again.
 *
 * Servers and clients of all processors share one endpoint, one more that nobody relies on, and one
 * notification. A client makes and destroys objects in slots and memory of its own.
 */
import {
  MessageInfo_new,
  seL4_CNode_Delete,
  seL4_CNode_Mint,
  seL4_CNode_Move,
  seL4_CNode_Revoke,
  seL4_Call,
  seL4_CapTableObject,
  seL4_EndpointObject,
  seL4_NBRecv,
  seL4_NBSend,
  seL4_NotificationObject,
  seL4_Poll,
  seL4_Recv,
  seL4_ReplyRecv,
  seL4_Signal,
  seL4_TCBObject,
  seL4_Untyped_Retype,
  seL4_Wait,
  seL4_Yield,
} from '../../personality/sel4/index.ts';
import type { Entry, Image, Thread } from '../../personality/sel4/index.ts';
import { DEPTH, ROOT } from '../sel4/fixtures/kit.ts';
import * as shared from './layout.ts';

const ONE = MessageInfo_new(0, 0, 0, 1);

const server: Entry = async (thread, [endpoint]) => {
  await seL4_Recv(thread, endpoint);
  for (;;) {
    thread.setMR(0, thread.getMR(0) + 1);
    await seL4_ReplyRecv(thread, endpoint, ONE);
  }
};

const OBJECTS = [
  [seL4_EndpointObject, 0],
  [seL4_NotificationObject, 0],
  [seL4_TCBObject, 0],
  [seL4_CapTableObject, 3],
] as const;

/** Objects come and go; most calls are refused, since slots are full or empty, and may be. */
function churn(thread: Thread, slots: number, pick: (below: number) => number): void {
  const scratch = (): number => slots + shared.SCRATCH + pick(shared.SCRATCH_SLOTS);
  const untyped = slots + shared.UNTYPED;
  const [type, bits] = OBJECTS[pick(OBJECTS.length)] ?? OBJECTS[0];
  const [to, from] = [scratch(), scratch()];
  switch (pick(8)) {
    case 0:
    case 1:
      seL4_Untyped_Retype(thread, untyped, type, bits, ROOT, 0, 0, to, 1);
      break;
    case 2:
      seL4_CNode_Mint(thread, ROOT, to, DEPTH, ROOT, slots + pick(3), DEPTH, 15, pick(3));
      break;
    case 3:
      seL4_CNode_Mint(thread, ROOT, to, DEPTH, ROOT, from, DEPTH, 15, pick(3));
      break;
    case 4:
      seL4_CNode_Move(thread, ROOT, to, DEPTH, ROOT, from, DEPTH);
      break;
    case 5:
      seL4_CNode_Delete(thread, ROOT, to, DEPTH);
      break;
    case 6:
      seL4_CNode_Revoke(thread, ROOT, from, DEPTH);
      break;
    default:
      if (pick(8) === 0) seL4_CNode_Revoke(thread, ROOT, untyped, DEPTH);
  }
}

async function call(thread: Thread, slots: number, value: number): Promise<void> {
  thread.setMR(0, value);
  await seL4_Call(thread, slots + shared.SERVERS, ONE);
  if (thread.getMR(0) !== value + 1) throw new Error(`${value} was answered ${thread.getMR(0)}`);
}

/** One thing at random. */
async function step(thread: Thread, slots: number, pick: (below: number) => number) {
  const choice = pick(16);
  if (choice < 5) return await call(thread, slots, pick(1 << 20));
  if (choice < 10) return churn(thread, slots, pick);
  if (choice === 10) await seL4_Signal(thread, slots + shared.SHARED);
  else if (choice === 11) await seL4_Poll(thread, slots + shared.SHARED);
  else if (choice === 12) await seL4_NBSend(thread, slots + shared.NOISE, ONE);
  else if (choice === 13) await seL4_NBRecv(thread, slots + shared.NOISE);
  else if (choice === 14) await seL4_Yield(thread);
  else if (pick(4) === 0) await seL4_Wait(thread, slots + shared.SHARED);
  else await seL4_Signal(thread, slots + shared.SHARED);
}

const client: Entry = async (thread, [id, seed, slots]) => {
  const page = thread.window(shared.PAGE_ADDRESS, 4096, true);
  const pick = shared.random(seed);
  for (let rounds = 1; page.getUint32(shared.STOP) === 0; rounds++) {
    await step(thread, slots, pick);
    page.setUint32(shared.roundsAt(id), rounds);
  }
  for (let state: number = shared.STOPPED; ; state = shared.WOKEN) {
    page.setUint32(shared.stateAt(id), state);
    await seL4_Wait(thread, slots + shared.WAKE);
  }
};

export const stressImage: Image = () => ({ entries: [server, client] });
