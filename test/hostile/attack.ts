/**
 * A program that attacks: a driver by its loading, hostile code by what it does.
 *
 *   attacker(attack)   an image that runs `attack`, writes what it found to A:\<image>.TXT as JSON
 *                      (a list of sentences; empty: every wall held), and then serves as a driver
 *                      that does nothing
 *   tries(found, what, action)
 *                      notes `what` if the action neither throws nor answers false
 */
import { writeAll } from '../../personality/ntdll/files.ts';
import { callService } from '../../personality/ntdll/call.ts';
import { makeProcess, type NtProcess } from '../../personality/ntdll/process.ts';
import { CURRENT_PROCESS } from '../../personality/rtl/services.ts';
import type { Image } from '../../personality/sel4/types.ts';

export type Attack = (process: NtProcess, found: string[]) => Promise<void> | void;

export function attacker(attack: Attack): Image {
  return () => ({
    entries: [
      async (thread) => {
        const process = makeProcess(thread, 0);
        const found: string[] = [];
        await attack(process, found);
        const handle = CURRENT_PROCESS;
        const { image } = await callService(process, 'NtQueryInformationProcess', { handle });
        const name = image.replace(/\..*/, '');
        const report = new TextEncoder().encode(JSON.stringify(found));
        await writeAll(process, `\\??\\A:\\${name}.TXT`, report);
        for (;;)
          await callService(process, 'WdmRequestIoPackets', { outgoing: 0, wait: true, status: 0 });
      },
    ],
  });
}

export function tries(found: string[], what: string, action: () => unknown): void {
  try {
    if (action() !== false) found.push(what);
  } catch {
    // refused, as it should be
  }
}

/** An object that answers each conversion to a number with the next of these, then the last. */
export function answering(...answers: number[]): number {
  let next = 0;
  const valueOf = (): number => answers[Math.min(next++, answers.length - 1)] ?? 0;
  return { valueOf } as unknown as number;
}
