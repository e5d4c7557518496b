/**
 * The tests of sel4test that have no program here, and why: the other half of the table.
 *
 * With the programs they are all 230 ids of sel4test (commit 6979c403, 237 definitions).
 */
import type { Absent } from './harness/program.ts';

/** Ids that differ by a number of so many digits: [first, last] or a single number. */
function ids(prefix: string, digits: number, ...numbers: (number | [number, number])[]): string[] {
  return numbers.flatMap((item) => {
    const [first, last] = typeof item === 'number' ? [item, item] : item;
    const count = last - first + 1;
    return Array.from(
      { length: count },
      (_, i) => `${prefix}${String(first + i).padStart(digits, '0')}`,
    );
  });
}

const mcs = "needs scheduling contexts: this kernel has seL4's master API, not MCS";

/** What the master API has, and this kernel leaves out. */
export const leftOut: readonly Absent[] = [
  {
    ids: ['DOMAINS0000', 'DOMAINS9999'],
    about: 'configuring the domain schedule, and resetting it',
    reason: 'one domain, so no schedule; sel4test leaves them out of such a kernel too',
  },
  {
    ids: ['DOMAINS0005'],
    about: 'a thread moved to another domain',
    reason: 'one domain; sel4test leaves it out of such a kernel too',
  },
  {
    ids: ids('VSPACE', 4, [2, 5]),
    about: 'ASID pools: making one, making all, one too many, a pool with too much in it',
    reason:
      'no ASIDs: a page directory is a VSpace as soon as it is made; VSPACE0006 makes them all',
  },
];

/** What belongs to the other API. */
export const otherApi: readonly Absent[] = [
  { ids: ids('BIND', 3, 5, 6), about: 'signals to bound passive threads', reason: mcs },
  { ids: ids('INTERRUPT', 4, [2, 6]), about: 'interrupts and lent time', reason: mcs },
  { ids: ids('IPC', 4, [11, 27]), about: 'calls that carry time, NBSendRecv', reason: mcs },
  {
    ids: ids('SCHED', 4, [7, 14], [16, 19]),
    about: 'budgets, periods, YieldTo, queues by priority',
    reason: mcs,
  },
  {
    ids: ids('SCHED_CONTEXT_', 4, [1, 3], [5, 13]),
    about: 'scheduling contexts as objects',
    reason: mcs,
  },
  { ids: ['SYSCALL0018'], about: 'NBSendRecv', reason: mcs },
  { ids: ids('TIMEOUTFAULT', 4, [1, 3]), about: 'faults of spent budgets', reason: mcs },
];

/** What asks for a machine that is not here. */
export const otherMachine: readonly Absent[] = [
  {
    ids: [...ids('BREAKPOINT_', 3, [1, 7]), 'BREAK_REQUEST_001', 'SINGLESTEP_001'],
    about: 'breakpoints and single steps',
    reason: 'no debug registers',
  },
  { ids: ids('CACHEFLUSH', 4, [1, 3]), about: 'cache maintenance', reason: 'no caches' },
  {
    ids: ids('EPT', 4, [1, 11], 1001, 1002),
    about: 'nested page tables of virtual machines',
    reason: 'no VT-x',
  },
  { ids: ['UNKNOWN_SYSCALL_001', 'VCPU0001'], about: 'virtual processors', reason: 'none' },
  {
    ids: ids('FPU', 4, 1, 2, 4),
    about: 'the FPU under preemption, on another core, switched off',
    reason: 'floating point belongs to JavaScript',
  },
  { ids: ids('FRAMEXN', 4, 1, 2), about: 'frames without execution', reason: 'no code in frames' },
  {
    ids: [...ids('IOPT', 4, 1, 2, 4, 8, 9, 11), 'SMMU0001'],
    about: 'tables of an IOMMU',
    reason: 'no IOMMU',
  },
  {
    ids: ['IPC0028', 'SCHED0022', 'SCHED_CONTEXT_0014'],
    about: 'time carried between cores',
    reason: mcs,
  },
  {
    ids: ids('MULTICORE', 4, 4),
    about: 'a queue lock held up by a core that stalls',
    reason: 'needs processors at work at the same time: test/kernel/lock and test/stress have them',
  },
  {
    ids: ['SMPIRQ0001'],
    about: 'interrupts routed to chosen cores',
    reason: 'lines have no route: whoever raises one is the processor that handles it',
  },
  { ids: ids('PT', 4, 1, 2), about: 'page tables of Arm', reason: 'another architecture' },
  {
    ids: ids('REGRESSIONS', 4, 2, 3),
    about: 'the exclusive monitor of Arm, privilege levels of IA-32',
    reason: 'another architecture',
  },
  { ids: ids('SMC', 4, [1, 3]), about: 'calls to Arm firmware', reason: 'no firmware' },
  { ids: ['STACK_ALIGNMENT_001'], about: 'stacks of x86', reason: 'another architecture' },
  { ids: ['VSPACE0010'], about: 'dirty and accessed bits', reason: 'windows do not set them' },
];

export const absent: readonly Absent[] = [...leftOut, ...otherApi, ...otherMachine];
