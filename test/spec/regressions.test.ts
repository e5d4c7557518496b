/**
 * The shortest programs that once told the kernel from its specification.
 *
 * A new one is what the random tests or `npm run soak` print, with a word on what was wrong.
 */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import { compile } from '../kernel/harness.ts';
import { type Arena, openArena } from './arena.ts';
import type { Action } from './driver.ts';
import { type Script, opening, replay } from './program.ts';
import { AT, SHARED_BITS } from './world.ts';

const message = (label = 0, mrs: number[] = [], caps: number[] = []) => ({ label, mrs, caps });
const enter = (syscall: number, cptr: number): Action => ({
  do: 'enter',
  syscall,
  cptr,
  msg: message(),
});
const invoke = (cptr: number, label: number, mrs: number[] = [], caps: number[] = []): Action => ({
  do: 'invoke',
  cptr,
  msg: message(label, mrs, caps),
});
const script = (...actions: Action[]): Script => ({ workLimit: 100, slow: false, actions });

suite('specification: regressions', () => {
  let arena: Arena;

  suiteSetup(async () => {
    arena = await openArena(await compile());
  });

  function agree(program: Script): void {
    const reason = replay(arena, program);
    if (reason instanceof Error) throw reason;
    assert.isNull(reason);
  }

  test('DepthMismatch gave bits found before bits left', () => {
    // Of 5 bits that the CNode resolves, 4 are there; then 3 are left at a slot that holds no
    // CNode.
    agree(
      script(
        invoke(1, abi.CNodeDelete, [1, SHARED_BITS - 1]),
        invoke(1, abi.CNodeDelete, [6 << 3, 32]),
        invoke(15, abi.CNodeDelete, [1 << 3, 5]),
      ),
    );
  });

  test('a VM fault that was raised again had the badge of its handler for a status', () => {
    agree(
      script(
        enter(abi.SysRecv, 12),
        // The first thread faults, and waits for its handler, who does not listen.
        { do: 'fault', kind: abi.seL4_VMFault, words: [0x2000, 1, 6] },
        invoke(2, abi.TCBSuspend),
        invoke(2, abi.TCBResume),
        enter(abi.SysRecv, 18),
      ),
    );
  });

  test('a stopped thread whose code ran on moved itself to another processor and was made ready', () => {
    agree(
      script(
        { do: 'schedule' },
        invoke(4, abi.TCBSuspend),
        invoke(4, abi.TCBSetAffinity, [1]),
        { do: 'processor', number: 1 },
        { do: 'schedule' },
      ),
    );
  });

  /** Two threads of the second processor wait, one of them for the interrupt; it idles. */
  const idleElsewhere: Action[] = [
    ...opening(true),
    { do: 'processor', number: 1 },
    enter(abi.SysRecv, 12),
    enter(abi.SysRecv, 6),
  ];

  test('a thread that was handed to an idle processor calls without more ado', () => {
    agree(
      script(
        ...idleElsewhere,
        { do: 'processor', number: 0 },
        enter(abi.SysSend, 6),
        { do: 'processor', number: 1 },
        enter(abi.SysCall, 10),
      ),
    );
  });

  test('a processor that its own interrupt had woken was given another thread', () => {
    agree(
      script(
        ...idleElsewhere,
        { do: 'irq', line: 5 },
        { do: 'schedule' },
        { do: 'processor', number: 0 },
        enter(abi.SysSend, 6),
      ),
    );
  });

  test('a frame whose directory has gone is mapped until it is unmapped', () => {
    const make = (type: number, slot: number) =>
      invoke(23, abi.UntypedRetype, [type, 0, 0, 0, slot, 1], [1]);
    const map = (directory: number) => invoke(17, abi.X86PageMap, [0x1000, 3, 0], [directory]);
    agree(
      script(
        make(abi.seL4_X86_PageDirectoryObject, 27),
        make(abi.seL4_X86_PageTableObject, 28),
        invoke(28, abi.X86PageTableMap, [0, 0], [27]),
        map(27),
        invoke(1, abi.CNodeDelete, [27, 32]),
        map(16),
        invoke(17, abi.X86PageUnmap),
        map(16),
      ),
    );
  });

  test('the threads of these programs are who they are taken for', () => {
    const duel = arena.begin(100);
    const runs: (number | undefined)[] = [];
    for (let i = 0; i < 3; i++) {
      runs.push(duel.thread()?.priority);
      duel.run(enter(abi.SysRecv, 12));
    }
    assert.deepEqual(runs, [120, 100, 100]);
    assert.equal(AT.threads, AT.small + 1);
  });
});
