/**
 * Goes on with a result that is there or comes later: who is answered at once pays for no promise.
 */
import type { Awaitable } from '../../../personality/sel4/types.ts';

export function then<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
