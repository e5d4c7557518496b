/** defrag: to come. */
import { Status } from '../rtl/status.ts';
import type { Program } from './program.ts';

export const defrag: Program = () => Promise.resolve(Status.STATUS_NOT_IMPLEMENTED);
