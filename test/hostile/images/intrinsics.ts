/** Functions that the kernel's library may call, replaced: then what passes through them. */
import { HEAP_BASE, PAGE_SIZE } from '../../../personality/rtl/layout.ts';
import { attacker, tries } from '../attack.ts';

type Table = Record<string, unknown>;

export const image = attacker(async ({ thread }, found) => {
  const typed = Object.getPrototypeOf(Uint8Array.prototype) as Table;
  const owners: [string, object][] = Object.entries({
    Math,
    Object,
    Reflect,
    Promise,
    'Promise.prototype': Promise.prototype,
    'Array.prototype': Array.prototype,
    'Object.prototype': Object.prototype,
    'Function.prototype': Function.prototype,
    'Uint8Array.prototype': Uint8Array.prototype,
    'TypedArray.prototype': typed,
    'Map.prototype': Map.prototype,
    'Set.prototype': Set.prototype,
    'Number.prototype': Number.prototype,
    'String.prototype': String.prototype,
    'RegExp.prototype': RegExp.prototype,
    'Error.prototype': Error.prototype,
    'Symbol.prototype': Symbol.prototype,
    'async function': Object.getPrototypeOf(async () => undefined) as object,
    generator: Object.getPrototypeOf(function* () {}) as object,
    'array iterator': Object.getPrototypeOf([][Symbol.iterator]()) as object,
    'map iterator': Object.getPrototypeOf(new Map().entries()) as object,
    thread: Object.getPrototypeOf(thread) as object,
    window: Object.getPrototypeOf(thread.window(0, 0, false)) as object,
    globalThis,
  });
  const evil = (): number => 1_000_000;
  for (const [name, owner] of owners) {
    for (const key of [...Reflect.ownKeys(owner), 0, 'added']) {
      const what = `${name}.${String(key)}`;
      const value = { value: evil, configurable: true, writable: true };
      tries(found, `${what} was defined`, () => Reflect.defineProperty(owner, key, value));
      tries(found, `${what} was set`, () => {
        (owner as Table)[key as string] = evil;
        return Object.getOwnPropertyDescriptor(owner, key)?.value === evil;
      });
      tries(
        found,
        `${what} was deleted`,
        () => Object.hasOwn(owner, key) && Reflect.deleteProperty(owner, key),
      );
    }
    tries(
      found,
      `${name} has a new prototype`,
      () => Object.getPrototypeOf(owner) !== null && Reflect.setPrototypeOf(owner, null),
    );
  }
  // Whatever was replaced: a window reads no more than its page.
  const last = thread.window(HEAP_BASE, PAGE_SIZE, true);
  tries(found, 'read past the page', () => last.read(0, PAGE_SIZE * 2).length > PAGE_SIZE);
  tries(found, 'a setter on Array.prototype', () => {
    let caught: unknown;
    const set = (value: unknown): void => void (caught = value);
    return (
      Reflect.defineProperty(Array.prototype, '0', { set, configurable: true }) ||
      caught !== undefined
    );
  });
  await Promise.resolve();
});
