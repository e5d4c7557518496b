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
  const k = await startKernel(module);
  const endpoint = k.make(abi.seL4_EndpointObject);
  const quiet = k.make(abi.seL4_NotificationObject);
  const server = k.thread({ priority: 100 });
  const client = k.thread({ priority: 100 });
  const root = abi.seL4_CapInitThreadTCB;
  k.ok(root, abi.TCBSetPriority, [1], [root]);
  if (k.kernel.schedule(0) !== server.tcb) k.enter(abi.SysYield);
  if (k.enter(abi.SysRecv, endpoint) !== client.tcb) throw new Error('the client must run');
  return { k, endpoint, quiet };
}

export async function directBenches(module: WebAssembly.Module): Promise<Bench[]> {
  const { k, endpoint, quiet } = await prepare(module);
  const { enter } = k.kernel;
  const watch = layout.TRACE_ENABLED;
  const pair = (words: number, mode: number) => (count: number) => {
    k.setU32(watch, mode);
    for (let i = 0; i < count; i++) {
      enter(0, abi.SysCall, endpoint, words);
      enter(0, abi.SysReplyRecv, endpoint, words);
    }
    k.setU32(watch, 0);
  };
  return [
    bench('kernel alone: call + reply, 0 words', pair(0, 0)),
    bench('kernel alone: call + reply, 0 words, no fast path', pair(0, layout.WATCH_SLOW)),
    bench('kernel alone: call + reply, 0 words, tracing', pair(0, layout.WATCH_TRACE)),
    bench('kernel alone: call + reply, 10 words', pair(10, 0)),
    bench('kernel alone: null call (Poll)', (count) => {
      for (let i = 0; i < count; i++) enter(0, abi.SysNBRecv, quiet, 0);
    }),
  ];
}
