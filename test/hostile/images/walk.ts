/**
 * Walks everything that a process can reach, by name and by syntax, and writes what it found to
 * A:\WALK.TXT: the names of the global object, the properties of each thing that JavaScript
 * defines, and what is not frozen.
 */
import { writeAll } from '../../../personality/ntdll/files.ts';
import { callService } from '../../../personality/ntdll/call.ts';
import { makeProcess } from '../../../personality/ntdll/process.ts';
import type { Image } from '../../../personality/sel4/types.ts';

type Named = Record<string, object | undefined>;

const prototypeOf = (value: unknown): object | undefined =>
  (Object.getPrototypeOf(value) as object | null) ?? undefined;

/** By the names that the permits of SES have for them. */
function anonymous(): Named {
  const asyncGenerator = prototypeOf(async function* () {}) as { prototype: object };
  const iterators = (
    globalThis as { Iterator?: { from(value: unknown): { take?(n: number): object } } }
  ).Iterator;
  return {
    '%FunctionPrototype%': Function.prototype,
    '%ObjectPrototype%': Object.prototype,
    '%TypedArray%': prototypeOf(Uint8Array),
    '%TypedArrayPrototype%': prototypeOf(Uint8Array.prototype),
    '%ArrayIteratorPrototype%': prototypeOf([][Symbol.iterator]()),
    '%StringIteratorPrototype%': prototypeOf(''[Symbol.iterator]()),
    '%MapIteratorPrototype%': prototypeOf(new Map().entries()),
    '%SetIteratorPrototype%': prototypeOf(new Set().values()),
    '%RegExpStringIteratorPrototype%': prototypeOf(''.matchAll(/./g)),
    '%IteratorPrototype%': prototypeOf(prototypeOf([][Symbol.iterator]())),
    '%Generator%': prototypeOf(function* () {}),
    '%AsyncFunctionPrototype%': prototypeOf(async () => undefined),
    '%AsyncGenerator%': asyncGenerator,
    '%AsyncGeneratorPrototype%': asyncGenerator.prototype,
    '%AsyncIteratorPrototype%': prototypeOf(asyncGenerator.prototype),
    '%IteratorHelperPrototype%': prototypeOf(iterators?.from([]).take?.(0) ?? {}),
    '%WrapForValidIteratorPrototype%': prototypeOf(
      iterators?.from({ next: () => ({ done: true }) } as never) ?? {},
    ),
  };
}

function named(): Named {
  const all: Named = anonymous();
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const value = (globalThis as unknown as Record<string, unknown>)[name];
    if (value === globalThis || (typeof value !== 'object' && typeof value !== 'function'))
      continue;
    all[name] = value as object;
    const { prototype } = value as { prototype?: object };
    if (prototype) all[`%${name}Prototype%`] = prototype;
  }
  return all;
}

function unfrozen(roots: [string, object | undefined][]): string[] {
  const seen = new Set<object>([globalThis]);
  const found: string[] = [];
  const visit = (path: string, value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
    if (seen.has(value)) return;
    seen.add(value);
    if (!Object.isFrozen(value)) found.push(path);
    visit(`${path}.[[Prototype]]`, Object.getPrototypeOf(value));
    for (const key of Reflect.ownKeys(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key);
      visit(`${path}.${String(key)}`, property?.value);
      visit(`get ${path}.${String(key)}`, property?.get);
      visit(`set ${path}.${String(key)}`, property?.set);
    }
  };
  for (const [name, root] of roots) visit(name, root);
  return found;
}

export const image: Image = () => ({
  entries: [
    async (thread) => {
      const process = makeProcess(thread, 0);
      const things = named();
      const window = thread.window(0, 0, false);
      const given = { thread, window, global: prototypeOf(globalThis) };
      const fixed = Object.values(Object.getOwnPropertyDescriptors(globalThis));
      const report = {
        global: Object.getOwnPropertyNames(globalThis),
        globalIsClosed:
          !Object.isExtensible(globalThis) &&
          fixed.every(({ writable, configurable }) => !writable && !configurable),
        properties: Object.fromEntries(
          Object.entries(things).map(([name, thing]) => [
            name,
            thing ? Reflect.ownKeys(thing).map(String) : [],
          ]),
        ),
        unfrozen: unfrozen([...Object.entries(things), ...Object.entries(given)]),
      };
      await writeAll(
        process,
        '\\??\\A:\\WALK.TXT',
        new TextEncoder().encode(JSON.stringify(report)),
      );
      for (;;)
        await callService(process, 'WdmRequestIoPackets', { outgoing: 0, wait: true, status: 0 });
    },
  ],
});
