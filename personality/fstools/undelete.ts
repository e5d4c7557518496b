/** undelete: to come. */
import { Status } from '../rtl/status.ts';
import type { Program } from './program.ts';

export const undelete: Program = () => Promise.resolve(Status.STATUS_NOT_IMPLEMENTED);
