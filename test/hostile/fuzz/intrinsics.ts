/**
 * All that JavaScript shares, so that a fuzzer may replace what can be replaced, and the checks
 * that follow find it as it was.
 *
 *   captureIntrinsics()   taken before anything hostile runs:
 *     replaceAll(make)    each function property gets what `make` makes of it; how many could be
 *     restore()           everything as it was
 */
import { syntaxRoots } from '../../../web/host/realm/syntax.ts';

const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { defineProperty, ownKeys } = Reflect;

interface Place {
  readonly owner: object;
  readonly key: string | symbol;
  readonly was: PropertyDescriptor;
}

export interface Intrinsics {
  replaceAll(make: (was: unknown, name: string) => unknown): number;
  restore(): void;
}

/** Without these a test can neither go on nor end. */
const KEPT = new Set<string | symbol>(['constructor', 'prototype', 'globalThis', 'undefined']);

export function captureIntrinsics(names: readonly string[]): Intrinsics {
  const places: Place[] = [];
  const seen = new Set<object>([globalThis]);
  const visit = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
    if (seen.has(value)) return;
    seen.add(value);
    visit(getPrototypeOf(value));
    for (const key of ownKeys(value)) {
      const was = getOwnPropertyDescriptor(value, key)!;
      if (typeof was.value === 'function' && !KEPT.has(key))
        places[places.length] = { owner: value, key, was };
      visit(was.value);
      visit(was.get);
      visit(was.set);
    }
  };
  for (const name of names) visit((globalThis as unknown as Record<string, unknown>)[name]);
  for (const root of syntaxRoots()) visit(root);
  const count = places.length;
  return {
    replaceAll(make) {
      let replaced = 0;
      for (let i = 0; i < count; i++) {
        const { owner, key, was } = places[i]!;
        const value = make(was.value, typeof key === 'string' ? key : 'symbol');
        if (defineProperty(owner, key, { ...was, value })) replaced++;
      }
      return replaced;
    },
    restore() {
      for (let i = 0; i < count; i++) {
        const { owner, key, was } = places[i]!;
        if (getOwnPropertyDescriptor(owner, key)?.value !== was.value)
          defineProperty(owner, key, was);
      }
    },
  };
}
