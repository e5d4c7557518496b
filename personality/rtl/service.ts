/** How a service is declared: its number, what goes in, what comes out (services.ts). */
import type { Schema } from './schema.ts';

export interface ServiceDefinition<In extends Schema = Schema, Out extends Schema = Schema> {
  readonly number: number;
  readonly in: In;
  readonly out: Out;
}

export function service<const In extends Schema, const Out extends Schema>(
  number: number,
  input: In,
  output: Out,
): ServiceDefinition<In, Out> {
  return { number, in: input, out: output };
}
