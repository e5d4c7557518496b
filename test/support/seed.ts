/** Comes before every page's tests: what fast-check draws follows from the seed of the run. */
import fc from 'fast-check';

declare const NEPTUNE_SEED: string;

if (NEPTUNE_SEED !== 'random')
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(NEPTUNE_SEED) });
