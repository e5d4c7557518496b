/**
 * The kernel's own share: the test's code stands for both threads, and calls the module's exports
 * as the user library does, without promises, contexts or checks.
 */
import * as abi from '../../../kernel-as/abi.ts';
import * as layout from '../../../kernel-as/layout.ts';
import { startKernel } from '../../kernel/harness.ts';
import { bench } from './measure.ts';
import type { Bench } from './measure.ts';

/** A server that waits for calls, and a client of the same processor that runs now. */
async function prepare(module: WebAssembly.Module) {
  const k = await startKernel(module, 1);
  const endpoint = k.make(abi.seL4_EndpointObject);
  const quiet = k.make(abi.seL4_NotificationObject);
  const server = k.thread({ priority: 100 });
  const client = k.thread({ priority: 100 });
  const root = abi.seL4_CapInitThreadTCB;
  k.ok(root, abi.TCBSetPriority, [1], [root]);
  if (k.kernel.schedule(0) !== server.tcb) k.enter(abi.SysYield);
  if (k.enter(abi.SysRecv, endpoint) !== client.tcb) throw new Error('the client must run');

  const { enter } = k.kernel;
  const pair =
    (words: number, mode: number, processors = 1) =>
    (count: number) => {
      // One instance for all, so that the compiler knows what is called.
      k.setU32(layout.PROCESSORS, processors);
      k.setU32(layout.TRACE_ENABLED, mode);
      for (let i = 0; i < count; i++) {
        enter(0, abi.SysCall, endpoint, words);
        enter(0, abi.SysReplyRecv, endpoint, words);
      }
      k.setU32(layout.TRACE_ENABLED, 0);
    };
  const poll = (count: number): void => {
    for (let i = 0; i < count; i++) enter(0, abi.SysNBRecv, quiet, 0);
  };
  return { pair, poll };
}

export async function directBenches(module: WebAssembly.Module): Promise<Bench[]> {
  const { pair, poll } = await prepare(module);
  const { WATCH_SLOW, WATCH_TRACE } = layout;
  return [
    bench('kernel alone: call + reply, 0 words', pair(0, 0)),
    bench('kernel alone: call + reply, 0 words, with the lock', pair(0, 0, abi.MAX_PROCESSORS)),
    bench('kernel alone: call + reply, 0 words, no fast path', pair(0, WATCH_SLOW)),
    bench('kernel alone: call + reply, 0 words, tracing', pair(0, WATCH_TRACE)),
    bench('kernel alone: call + reply, 10 words', pair(10, 0)),
    bench('kernel alone: null call (Poll)', poll),
  ];
}
