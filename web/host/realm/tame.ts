/**
 * What is left of JavaScript after the names are gone, without what it keeps for everybody.
 *
 *   tame()   before freezing
 *
 * - Code from text: the constructors of all four kinds of functions throw. (The worker's policy
 *   forbids it too, where it has one of its own.)
 * - RegExp's record of the last match, which one process could read after another. It hangs on the
 *   constructor, and not every browser lets it be removed: so the constructor is another.
 * - Error.captureStackTrace and the hook that sees other functions' frames. How many frames a stack
 *   has stays, fixed.
 * - Errors and plain objects may still be given a name or a text by assignment (freeze.ts).
 */
import { letOverride } from './freeze.ts';

const ERROR = ['length', 'name', 'prototype', 'isError', 'stackTraceLimit'] as const;

type Constructor = abstract new (...values: never[]) => unknown;

function keepOnly(object: object, names: readonly (string | symbol)[]): void {
  for (const key of Reflect.ownKeys(object))
    if (!names.includes(key)) Reflect.deleteProperty(object, key);
}

/** In the place of a function's constructor: there, for `instanceof`, and makes nothing. */
function inert(prototype: object, name: string): Constructor {
  const constructor = function (): never {
    throw new TypeError('code is not made of text here');
  } as unknown as Constructor;
  Object.defineProperty(constructor, 'prototype', { value: prototype, writable: false });
  Object.defineProperty(constructor, 'name', { value: name });
  Object.defineProperty(prototype, 'constructor', {
    value: constructor,
    writable: false,
    configurable: true,
  });
  return constructor;
}

function tameFunctions(): void {
  const examples: [string, object][] = [
    ['AsyncFunction', async () => undefined],
    ['GeneratorFunction', function* () {}],
    ['AsyncGeneratorFunction', async function* () {}],
  ];
  const constructor = inert(Function.prototype, 'Function');
  for (const [name, example] of examples)
    Object.setPrototypeOf(inert(Object.getPrototypeOf(example) as object, name), constructor);
  Object.defineProperty(globalThis, 'Function', { value: constructor });
}

type Escape = { escape?: unknown };

function tameRegExp(): void {
  const original = RegExp;
  const tamed = function RegExp(this: unknown, ...values: [string, string?]): RegExp {
    const target = new.target as unknown as Constructor | undefined;
    return target ? (Reflect.construct(original, values, target) as RegExp) : original(...values);
  };
  const { escape } = original as Escape;
  Object.defineProperties(tamed, {
    length: { value: 2 },
    prototype: { value: original.prototype, writable: false },
    [Symbol.species]: { get: Reflect.getOwnPropertyDescriptor(Array, Symbol.species)!.get },
    ...(escape ? { escape: { value: escape } } : {}),
  });
  Object.defineProperty(original.prototype, 'constructor', { value: tamed, writable: false });
  Object.defineProperty(globalThis, 'RegExp', { value: tamed });
  Reflect.deleteProperty(original.prototype, 'compile');
}

function tameErrors(): void {
  keepOnly(Error, ERROR);
  const kinds = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];
  for (const kind of [...kinds, AggregateError])
    letOverride(kind.prototype, ['name', 'message', 'constructor', 'toString']);
}

export function tame(): void {
  tameFunctions();
  tameErrors();
  tameRegExp();
  letOverride(Object.prototype, ['constructor', 'toString', 'valueOf', 'toLocaleString']);
}
