/**
 * What can be done to the system from a view, and what is said before it is done: in words, for the
 * very process, thread or capability.
 *
 *   revokeAct(capability), suspendAct(thread), resumeAct(thread), endAct(process)
 *
 * `undo` is there where there is a way back.
 */
import type { ControlAction } from '../host/agent-protocol.ts';

export interface Act {
  readonly title: string;
  /** What will happen, sentence by sentence. */
  readonly words: readonly string[];
  /** On the button. */
  readonly label: string;
  readonly action: ControlAction;
  readonly process: number;
  readonly which: number;
  readonly undo?: Act;
}

export interface ActedProcess {
  readonly process: number;
  readonly name: string;
  readonly kind: string;
}

export interface ActedThread extends ActedProcess {
  readonly thread: number;
}

export interface ActedCapability extends ActedProcess {
  readonly slot: number;
  readonly type: string;
  readonly about: string;
}

/** Who is started again, and by whom. */
function afterwards({ name, kind }: ActedProcess): string {
  if (kind === 'driver')
    return `A driver that ended can be loaded again: loaddrv ${name}. Requests that it had fail.`;
  if (name === 'smss.exe' || name === 'agent.exe')
    return `The Executive starts ${name} again when it ends; ended too often, the system stops.`;
  if (name === 'ntcmd.exe') return 'The session manager starts another shell when this one ends.';
  return 'Nobody starts it again.';
}

const LOSSES: Readonly<Record<string, (name: string, about: string) => string>> = {
  Endpoint: (name, about) =>
    about.startsWith('faults')
      ? `Nobody hears of faults of ${name} any more: where it faults, it stops, and stays so until it is ended.`
      : `When ${name} next calls the Executive, it faults, and the Executive ends it.`,
  Notification: (name, about) =>
    `When ${name} next waits for ${about}, it faults, and the Executive ends it.`,
  IOPort: (name, about) =>
    `When ${name} next reads or writes ${about}, the access is an exception in its code.`,
  IRQHandler: (name, about) =>
    `When ${name} next acknowledges ${about}, it faults, and the Executive ends it.`,
};

export function revokeAct(capability: ActedCapability): Act {
  const { process, name, slot, type, about } = capability;
  const loss = LOSSES[type]?.(name, about);
  return {
    title: `Revoke slot ${slot} of ${name}?`,
    words: [
      `The kernel empties the slot: the ${type} capability (${about}) is gone from the CSpace of ` +
        `${name}, and what was made of it there. Others keep theirs.`,
      ...(loss === undefined ? [] : [loss]),
      afterwards(capability),
      'This cannot be undone.',
    ],
    label: 'Revoke',
    ...{ action: 'revoke', process, which: slot },
  };
}

export function resumeAct({ process, name, thread }: ActedThread): Act {
  return {
    title: `Resume thread ${thread} of ${name}?`,
    words: ['It goes on where it was stopped, once it was resumed as often as it was suspended.'],
    label: 'Resume',
    ...{ action: 'resume', process, which: thread },
  };
}

export function suspendAct(given: ActedThread): Act {
  const { process, name, kind, thread } = given;
  return {
    title: `Suspend thread ${thread} of ${name}?`,
    words: [
      'It does not run until it is resumed. A call that it has made goes on; its answer waits.',
      ...(kind === 'driver'
        ? ['A driver that does not answer for long counts as hung, and is ended.']
        : []),
    ],
    label: 'Suspend',
    ...{ action: 'suspend', process, which: thread },
    undo: resumeAct(given),
  };
}

export function endAct(given: ActedProcess): Act {
  const { process, name } = given;
  return {
    title: `End ${name}, process ${process}?`,
    words: [
      'Its threads stop, its handles are closed, its capabilities and its memory are taken back.',
      afterwards(given),
      'This cannot be undone.',
    ],
    label: 'End the process',
    ...{ action: 'terminate', process, which: 0 },
  };
}
