/**
 * The containers that are known. To add one: its file beside this one, and a line here.
 *
 *   CONTAINERS   known by their first bytes, or by sums and sizes that nothing else has
 *   GUESSES      known by what lies behind: asked where nothing else says what a file is
 */
import { copyqm } from './copyqm.ts';
import { d88 } from './d88.ts';
import { dsk } from './dsk.ts';
import { gzip } from './gzip.ts';
import { diskDupe, oneByte } from './headers.ts';
import { hfe } from './hfe.ts';
import { imd } from './imd.ts';
import { msa } from './msa.ts';
import { td0 } from './td0.ts';
import type { Container } from './types.ts';
import { vfd } from './vfd.ts';
import { zip } from './zip.ts';

export const CONTAINERS: readonly Container[] = [
  gzip,
  zip,
  imd,
  td0,
  dsk,
  msa,
  copyqm,
  vfd,
  d88,
  hfe,
];

export const GUESSES: readonly Container[] = [oneByte, diskDupe];
