/**
 * What a thread waits for that has called NtWaitForSingleObject or its like: objects of the
 * Executive, which the kernel knows nothing of.
 *
 *   waitsOf(thread, snapshot)   each with the thread that has it, if that is known: of a mutant
 *   wordsOfWaits(waits)         `the mutant Left, which thread 12 has`; '' for none
 */
import type { SystemSnapshot, ThreadInformation } from '../../../personality/rtl/snapshot.ts';

export interface WaitedFor {
  readonly number: number;
  readonly type: string;
  /** '' for a nameless one. */
  readonly name: string;
  /** The thread that has it; 0: none, or nobody can have such a one. */
  readonly owner: number;
}

export function waitsOf(
  { waits = [] }: ThreadInformation,
  { objects }: Pick<SystemSnapshot, 'objects'>,
): WaitedFor[] {
  return waits.flatMap((wanted) => {
    const found = objects.find(({ number }) => number === wanted);
    if (!found) return [];
    const { number, type, name, owner = 0 } = found;
    return [{ number, type, name, owner }];
  });
}

function words({ type, name, number, owner }: WaitedFor): string {
  const what = `the ${type.toLowerCase()} ${name || `without a name (${number})`}`;
  return owner === 0 ? what : `${what}, which thread ${owner} has`;
}

export const wordsOfWaits = (waits: readonly WaitedFor[]): string => waits.map(words).join('; ');
