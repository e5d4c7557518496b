/** Codes as the rows of the matrix write them. */
import { EXCEPTION_JAVASCRIPT } from '../../../personality/rtl/seh/index.ts';
import { statusName } from '../../../personality/rtl/statustext.ts';

export function codeName(code: number): string {
  return code === EXCEPTION_JAVASCRIPT ? 'JAVASCRIPT' : statusName(code).replace('STATUS_', '');
}
