/** All conformance programs, family by family. */
import type { Program } from './harness/program.ts';
import { programs as badges } from './badges.ts';
import { programs as bind } from './bind.ts';
import { programs as cancelSends } from './cancel-sends.ts';
import { programs as cnodeops } from './cnodeops.ts';
import { programs as cspace } from './cspace.ts';
import { programs as domains } from './domains.ts';
import { programs as ipc } from './ipc.ts';
import { programs as ipcRights } from './ipc-rights.ts';
import { programs as ipcStop } from './ipc-stop.ts';
import { programs as retype } from './retype.ts';
import { programs as sched } from './sched.ts';
import { programs as sync } from './sync.ts';
import { programs as threads } from './threads.ts';
import { programs as trivial } from './trivial.ts';
import { programs as faults } from './faults.ts';
import { programs as memory } from './memory.ts';
import { programs as multicore } from './multicore.ts';
import { programs as preempt } from './preempt.ts';
import { programs as syscalls } from './syscalls.ts';
import { programs as timer } from './timer.ts';
import { programs as tls } from './tls.ts';
import { programs as serial } from './serial.ts';
import { programs as faultsMemory } from './faults-memory.ts';
import { programs as pageFaults } from './page-faults.ts';

export { absent, leftOut, otherApi, otherMachine } from './absent.ts';
export type { Absent, Program } from './harness/program.ts';
export { runProgram } from './harness/run.ts';

/** All ids that sel4test defines. */
export const SEL4TEST_IDS = 230;

export const families: Record<string, readonly Program[]> = {
  trivial,
  'CNode operations': cnodeops,
  'capability addresses': cspace,
  retype,
  threads,
  messages: [...ipc, ...ipcStop],
  rights: ipcRights,
  badges,
  'bound notifications': bind,
  'cancelled sends': cancelSends,
  scheduling: sched,
  domains,
  synchronisation: sync,
  'serial server': serial,
  'thread-local storage': tls,
  time: timer,
  'system calls': syscalls,
  preemption: preempt,
  processors: multicore,
  memory,
  faults: [...pageFaults, ...faults, ...faultsMemory],
};
