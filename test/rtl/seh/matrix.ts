/**
 * Who runs in which order: every combination that structured exception handling has a rule for.
 *
 * The table of docs/seh.md is made of these rows, and each row is a test (matrix.test.ts). `run`
 * says each step as it is done; what leaves it is the last one.
 */
import { AROUND } from './rows-around.ts';
import { INSIDE } from './rows-inside.ts';
import type { Row } from './rows-kit.ts';
import { RAISED } from './rows-raised.ts';

export type { Row };

export const ROWS: readonly Row[] = [...RAISED, ...INSIDE, ...AROUND];
