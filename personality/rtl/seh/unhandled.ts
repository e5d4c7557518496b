/**
 * What nobody handled: the report, and the end of the process.
 *
 *   runBase(image, body)   the body; what leaves it is thrown on with the report in it
 *
 * The process ends as with any exception that leaves a thread's entry function: the processor tells
 * the kernel of `status`, the Executive ends this process alone, the host puts `stack` into the
 * developer's log. The report says which program, which code in words and by name, what the
 * exception says itself, and where it was raised.
 */
import { NtException } from '../status.ts';
import { pageFaultOf, recordOf } from './codes.ts';
import { codeText, EXCEPTION_JAVASCRIPT } from './record.ts';

/** A property's text; a program's own exception may throw when it is looked at. */
function say(thrown: unknown, property: 'message' | 'stack'): string {
  try {
    const text = (thrown as Record<string, unknown> | null | undefined)?.[property];
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}

export function reportOf(image: string, thrown: unknown): string {
  const record = recordOf(thrown);
  const lines = [`${image}: unhandled exception: ${codeText(record.code)}`];
  for (let { nested } = record; nested; { nested } = nested)
    lines.push(`  raised while this was dispatched: ${codeText(nested.code)}`);
  const words = say(thrown, 'stack') || say(thrown, 'message');
  return words === '' ? lines.join('\n') : `${lines.join('\n')}\n${words}`;
}

/** The exception that ends the process. A page fault stays one: the kernel has a message for it. */
function ending(image: string, thrown: unknown): unknown {
  const report = reportOf(image, thrown);
  const { code } = recordOf(thrown);
  let error = code === EXCEPTION_JAVASCRIPT ? new Error() : new NtException(code);
  if (pageFaultOf(thrown)) error = thrown as Error;
  Object.defineProperty(error, 'message', { value: report.split('\n')[0] });
  Object.defineProperty(error, 'stack', { value: report });
  return error;
}

/** `image`: what to call the program; asked when it has come to that. */
export async function runBase<T>(image: () => string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (thrown) {
    throw ending(image(), thrown);
  }
}
