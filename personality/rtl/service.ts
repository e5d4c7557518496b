/** How a service is declared: its number, what goes in, what comes out (services.ts). */
import type { Schema } from './schema.ts';

/**
 * The label of a reply whose caller has APCs to run before its service returns: they have ended an
 * operation that has no status for that, as an alertable read. No error of the kernel has it.
 */
export const REPLY_APCS = 0x1000;

export interface ServiceDefinition<
  In extends Schema = Schema,
  Out extends Schema = Schema,
  Optional extends Schema = Schema,
> {
  readonly number: number;
  readonly in: In;
  readonly out: Out;
  /** Goes in behind the others, all of it or nothing. */
  readonly optional: Optional;
}

export function service<
  const In extends Schema,
  const Out extends Schema,
  const Optional extends Schema = Record<never, never>,
>(
  number: number,
  input: In,
  output: Out,
  optional = {} as Optional,
): ServiceDefinition<In, Out, Optional> {
  return { number, in: input, out: output, optional };
}
