/**
 * This library's own part of kernel memory, which the kernel never touches: who has which place.
 *
 * Each place is the end of the one before it, so nothing can overlap. All of it is zero at first.
 */
import { MAX_PROCESSORS } from '../../kernel-as/abi.ts';
import { LIBRARY, LIBRARY_SIZE } from '../../kernel-as/layout.ts';

/** A mailbox for each processor: mailbox.ts. */
export const MAILBOXES = LIBRARY;
export const MAILBOX_SIZE = 1024;
/** The moment of boot, in milliseconds: two words. processor.ts. */
export const BOOT_TIME = MAILBOXES + MAX_PROCESSORS * MAILBOX_SIZE;
/** The last number given to a worker to sleep under: idle.ts. */
export const LAST_SLEEPER = BOOT_TIME + 8;
export const LIBRARY_END = LAST_SLEEPER + 4;

if (LIBRARY_END > LIBRARY + LIBRARY_SIZE) throw new RangeError("the library's area is too small");
