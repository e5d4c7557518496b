/**
 * What the page is answered where no agent can answer. The words are here and not of
 * rtl/statustext.ts, which would bring those of all statuses into every page; a test compares them.
 */
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { AgentAnswer } from './agent-protocol.ts';

/** Milliseconds that a request waits for an agent to start. */
export const AGENT_LIMIT = 60_000;

const ENDING = 'The process is ending (STATUS_PROCESS_IS_TERMINATING).';
const LATE = 'The device did not answer in time (STATUS_IO_TIMEOUT).';

/** How it ended is not the caller's business. */
export function agentEnded(): AgentAnswer {
  const message = `The process that works for the page ended: ${ENDING}`;
  return { error: { status: Status.STATUS_PROCESS_IS_TERMINATING, message } };
}

export function noAgent(): AgentAnswer {
  const message = `No process works for the page after ${AGENT_LIMIT / 1000} seconds: ${LATE}`;
  return { error: { status: Status.STATUS_IO_TIMEOUT, message } };
}
