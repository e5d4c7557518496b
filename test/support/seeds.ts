/**
 * Seeds of tests that many run at once in: what they do follows from the seed, but in which order
 * it happens is the machine's. So more seeds find more than a longer run, and `npm run
 * soak:threads` runs such tests with as many as one likes.
 *
 *   for (const seed of seedsOf(4)) test(`seed ${seed}`, ...)    4 alone, but in a soak
 */
declare const NEPTUNE_SEEDS: string;

/** `own`: that of each test run. A soak gives the first and their number, as `100+20`. */
export function seedsOf(own: number): readonly number[] {
  const [first = own, count = 1] = NEPTUNE_SEEDS ? NEPTUNE_SEEDS.split('+').map(Number) : [];
  return Array.from({ length: count }, (_, index) => first + index);
}
