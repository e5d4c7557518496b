/**
 * Control codes: CTL_CODE, and what is in one. The method says how the buffers travel:
 *
 *   METHOD_BUFFERED     `parameters.input`; the answer is `result.output`, `outputLength` at most
 *   METHOD_OUT_DIRECT   the same: what a driver would write through the MDL is `result.output`
 *   METHOD_IN_DIRECT    `parameters.input` is the first buffer; the second comes with the MDL
 *   METHOD_NEITHER      no pointer of another process can be used: STATUS_NOT_SUPPORTED, by the
 *                       Executive
 */
import { METHOD_MASK } from '../rtl/nt.ts';

export function CTL_CODE(deviceType: number, code: number, method: number, access: number): number {
  return ((deviceType << 16) | (access << 14) | (code << 2) | method) >>> 0;
}

export function METHOD_FROM_CTL_CODE(code: number): number {
  return code & METHOD_MASK;
}

export function DEVICE_TYPE_FROM_CTL_CODE(code: number): number {
  return code >>> 16;
}
