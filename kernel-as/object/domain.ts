/**
 * Scheduling domains: this kernel has one, number 0. Domain capabilities check their arguments.
 *
 * Manual: section 6.3 (domains).
 */
import { DomainSetSet } from '../abi.ts';
import { CAP_THREAD, STATE_RESTART } from '../layout.ts';
import { getMR } from '../kernel/message.ts';
import { setDomain, setThreadState } from '../kernel/thread.ts';
import { extraCap } from '../kernel/transfer.ts';
import { NONE, illegalOperation, invalidArgument, truncatedMessage } from '../model/status.ts';
import { capPtr, capType } from './cap.ts';
import { slotCap } from './slot.ts';

const DOMAINS: u32 = 1;

export function decodeDomainInvocation(thread: u32, label: u32, length: u32, buffer: u32): u32 {
  if (label != DomainSetSet) return illegalOperation();
  if (length < 1) return truncatedMessage();
  const domain = getMR(thread, buffer, 0);
  if (domain >= DOMAINS) return invalidArgument(0);
  if (!extraCap(0)) return truncatedMessage();
  const cap = slotCap(extraCap(0));
  if (capType(cap) != CAP_THREAD) return invalidArgument(1);
  setThreadState(thread, STATE_RESTART);
  setDomain(capPtr(cap), domain);
  return NONE;
}
