/**
 * lab.exe: small programs that each do one thing, most of them one that they should not. The
 * experiments start it (web/experiments), and so may anybody: `start /wait lab port 3f4 12`.
 *
 * The first word says which; what a program finds is its exit status, as for every process, and
 * here that is a number rather than an NTSTATUS where the program has counted something.
 *
 *   ask TIMES           calls the Executive so often
 *   cancel DEVICE       begins to read a byte, gives it up at once, and says what became of it
 *   hoard               takes all memory that it may have, then waits for ever
 *   port PORT SLOT      reads a port of the machine, as if that slot of its CSpace held it
 *   wild                reads memory that it does not have
 *   read DEVICE         opens a device and reads one byte
 *   far PATH            reads a file past the cache, into memory that ISA DMA does not reach
 *   write PATH LENGTH   makes a file of so many bytes, 4 KiB a call
 *   leak COUNT          makes events and closes none, then waits for ever
 *   turns COUNT [raise] two threads that yield: how many turns had the second when the first was
 *                       at its end?
 *   race COUNT          two threads add to one sum without a lock; one does so as often, and waits
 *                       a millisecond in the middle, and until the other has added: how many of
 *                       the other's were lost? At least COUNT
 *   deadlock [ordered]  two threads, two mutants: each takes one and then wants the other's. It
 *                       never ends; ordered, where both take the same one first, it does
 *   hostile [PATH]      tries what it may not do: how much was let through? What was answered goes
 *                       into the file
 */
import { nativeImage, type NtProcess } from '../ntdll/process.ts';
import * as Status from '../rtl/ntstatus.ts';
import { ask, leak } from './calls.ts';
import { far, readDevice, write } from './files.ts';
import { cancel, hoard } from './giveup.ts';
import { hostile } from './hostile.ts';
import { port, wild } from './limits.ts';
import { deadlock } from './locks.ts';
import { race, turns } from './threads.ts';

type Program = (process: NtProcess, words: readonly string[]) => Promise<number>;

const PROGRAMS: Readonly<Record<string, Program>> = {
  ask,
  cancel,
  deadlock,
  far,
  hoard,
  hostile,
  leak,
  port,
  race,
  read: readDevice,
  turns,
  wild,
  write,
};

async function main(process: NtProcess): Promise<number> {
  const [name = '', ...words] = process.commandLine.trim().split(/\s+/);
  const program = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
  return program ? program(process, words) : Status.STATUS_INVALID_PARAMETER;
}

export const image = nativeImage(main);
