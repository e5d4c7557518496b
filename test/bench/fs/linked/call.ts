/**
 * A service call as a function call (personality/ntdll/call.ts): the answer is there when it
 * returns, or is promised.
 */
import { SLOT_SERVICE } from '../../../../personality/rtl/layout.ts';
import type { NtProcess } from '../../../../personality/ntdll/types.ts';
import type {
  ServiceInput,
  ServiceName,
  ServiceOutput,
} from '../../../../personality/rtl/services.ts';
import type { LinkedThread } from './kernel.ts';

export function callService<N extends ServiceName>(
  process: NtProcess,
  name: N,
  input: ServiceInput<N>,
): Promise<ServiceOutput<N>> {
  const { system, objects } = process.thread as LinkedThread;
  const badge = objects.get(process.serviceSlot ?? SLOT_SERVICE)?.badge ?? 0;
  return system.service(badge, name, input) as Promise<ServiceOutput<N>>;
}
