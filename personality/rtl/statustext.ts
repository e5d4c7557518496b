/**
 * NTSTATUS for people: names and sentences. For who speaks to them: the Executive, the shell, the
 * page. A driver's image has the numbers alone.
 *
 *   statusName(status)   `STATUS_...`, or the number in hex where it has no name here
 *   statusText(status)   one line: the sentence, and the name in parentheses
 *
 * Importing this gives exceptions their words, too.
 */
import type * as Status from './ntstatus.ts';
import { errorSentences } from './sentences/errors.ts';
import { laterErrorSentences } from './sentences/later.ts';
import { mildSentences } from './sentences/mild.ts';
import { describeWith, hexOf } from './status.ts';

export type StatusName = keyof typeof Status;

/** Every name of ntstatus.ts. Of two names for one number the later one is used. */
const table: Readonly<Record<StatusName, readonly [status: number, sentence: string]>> = {
  ...mildSentences,
  ...errorSentences,
  ...laterErrorSentences,
};

const byStatus = new Map(
  Object.entries(table).map(([name, [status, sentence]]) => [status, { name, sentence }]),
);

export function statusName(status: number): string {
  return byStatus.get(status >>> 0)?.name ?? hexOf(status);
}

export function statusText(status: number): string {
  const known = byStatus.get(status >>> 0);
  return known
    ? `${known.sentence.slice(0, -1)} (${known.name}).`
    : `The operation failed (${hexOf(status)}).`;
}

describeWith(statusText);
