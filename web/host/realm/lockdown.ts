/**
 * Lockdown: what a worker's realm is before any process's code is loaded into it.
 *
 * A process is JavaScript in the same realm as the kernel's user library, and with topology
 * *single* in the same one as every other process. After lockdown
 *
 *  - the global object has the names of allowed.ts, and no other; neither have its prototypes;
 *  - everything that can be reached from them, or by syntax, is frozen: nothing that two processes
 *    share can be changed, and nothing that the library calls can be replaced;
 *  - no code is made of text.
 *
 * What the library itself needs it took before (realm/outside.ts, personality/sel4/intrinsics.ts).
 * The worker's policy is a second wall (policy.ts): nothing leaves even where a name was missed.
 *
 *   lockdown()   once a worker; throws where a name that is not allowed cannot be removed
 *
 * docs/isolation.md says what rests on what. The table of permits of SES is the oracle of its test.
 */
import { ALLOWED } from './allowed.ts';
import { freezeAll } from './freeze.ts';
import { syntaxRoots } from './syntax.ts';
import { tame } from './tame.ts';

/** A constant that is no object leads nowhere. */
function isConstant({ value, writable }: PropertyDescriptor): boolean {
  return writable === false && (typeof value === 'number' || value === undefined);
}

/** Removes a property, or at least its value; a number that a browser fixed there may stay. */
function remove(owner: object, key: string | symbol): void {
  if (Reflect.deleteProperty(owner, key)) return;
  if (Reflect.defineProperty(owner, key, { value: undefined, writable: false })) return;
  if (isConstant(Object.getOwnPropertyDescriptor(owner, key)!)) return;
  throw new Error(`lockdown: ${String(key)} cannot be removed`);
}

/** The global object's prototypes keep their tags alone: no method, no event, no constructor. */
function prune(): void {
  const allowed = new Set<string | symbol>(ALLOWED);
  for (const key of Reflect.ownKeys(globalThis)) {
    if (!allowed.has(key) && key !== Symbol.toStringTag) remove(globalThis, key);
  }
  let above = Object.getPrototypeOf(globalThis) as object | null;
  for (; above && above !== Object.prototype; above = Object.getPrototypeOf(above) as object | null)
    for (const key of Reflect.ownKeys(above)) if (key !== Symbol.toStringTag) remove(above, key);
}

/** No name of the global object can be changed, and none be added. */
function close(): void {
  for (const key of Reflect.ownKeys(globalThis)) {
    const property = Object.getOwnPropertyDescriptor(globalThis, key)!;
    if (!property.configurable && !property.writable) continue;
    const { value } = property as { value: unknown };
    const fixed = { value, writable: false, enumerable: false, configurable: false };
    Object.defineProperty(globalThis, key, fixed);
  }
  Object.preventExtensions(globalThis);
}

export function lockdown(): void {
  prune();
  tame();
  const names = Reflect.ownKeys(globalThis).map(
    (key) => (globalThis as Record<string | symbol, unknown>)[key],
  );
  const above = Object.getPrototypeOf(globalThis) as object;
  freezeAll([...names, above, ...syntaxRoots()], new Set([globalThis]));
  close();
}
