/**
 * A mailbox, a worker that was taken out of it in the middle of a request, and its successor.
 *
 * Only what both do to the mailbox, without the platform and processors around it (mailbox.ts):
 * three agents have many orders. Words beside it say that there is something new.
 */
import { createViews } from '../../../personality/sel4/heap.ts';
import type { Views } from '../../../personality/sel4/heap.ts';
import { add, load, notify, wait } from '../../../personality/sel4/intrinsics.ts';
import { createMailbox, createMailboxes } from '../../../personality/sel4/mailbox.ts';
import { checkpoint, observe } from '../checker/steps.ts';

const PROCESSOR = 0;
/** A spare processor, an answer; the number is free. */
const NEWS = 8;
const FREE = 16;

export function setup(): Views {
  return createViews(new SharedArrayBuffer(0x100_0000));
}

function tell({ words }: Views, index: number): void {
  add(words, index, 1);
  notify(words, index);
}

/** The root task's side: gives the first worker up once it was asked, and asks the second. */
export function replace(heap: Views): void {
  const mailboxes = createMailboxes(heap);
  const ask = (name: string, token: number): void => {
    for (;;) {
      checkpoint(name);
      const seen = load(heap.words, NEWS);
      if (mailboxes.request(name, token, token) >= 0) return;
      wait(heap.words, NEWS, seen);
    }
  };
  ask('a', 1);
  mailboxes.retire(PROCESSOR);
  tell(heap, FREE);
  ask('b', 2);
  for (;;) {
    checkpoint('hears');
    const seen = load(heap.words, NEWS);
    const answer = mailboxes.takeAnswer(PROCESSOR);
    if (answer) return observe(answer.loaded ? 'loaded' : 'failed', answer.token, answer.reason);
    wait(heap.words, NEWS, seen);
  }
}

/** A worker; `fails`: it does not load what it is asked for, and says why. */
export function serve(heap: Views, fails: boolean): void {
  const mailbox = createMailbox(heap, PROCESSOR);
  const look = (): void => {
    const request = mailbox.look(look);
    if (!request) return;
    observe(request.name, request.directory);
    // Nobody waits for the first worker's answer.
    if (mailbox.answer(!fails, fails ? 'x' : '') && !fails) tell(heap, NEWS);
  };
  mailbox.join();
  mailbox.offer();
  tell(heap, NEWS);
  look();
}

export function succeed(heap: Views): void {
  wait(heap.words, FREE, 0);
  serve(heap, false);
}
