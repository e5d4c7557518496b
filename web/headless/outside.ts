/**
 * What a system without a page has outside: a terminal's text, a store that keeps all, no sound.
 *
 *   outside(print)   its services; `print` is given what the terminal shows
 *   plain(text)      without what a terminal does and no eye sees
 */
import type { PageServices } from '../host/protocol.ts';

export const plain = (text: string): string =>
  text.replace(/\x1b\][^\x07]*(\x07|$)|\x1b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');

export function outside(print: (text: string) => void): PageServices {
  const decoder = new TextDecoder();
  const nothing = (): void => undefined;
  return {
    serialOutput: (bytes) => print(decoder.decode(bytes, { stream: true })),
    sound: nothing,
    drives: nothing,
    keyboard: nothing,
    written: nothing,
    wanted: nothing,
    taken: nothing,
    released: nothing,
    fault: nothing,
    dirty: nothing,
    halted: nothing,
    log: nothing,
    panic: (reason) => print(`The system cannot go on: ${reason}\n`),
    commit: () => Promise.resolve('kept'),
    nvram: () => Promise.resolve({ result: 'kept' }),
    image: (name) => Promise.reject(new Error(`There is no image ${name}.`)),
  };
}
