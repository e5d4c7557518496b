/**
 * Control codes: CTL_CODE, and what is in one. The method says how the buffers travel:
 *
 *   METHOD_BUFFERED     `parameters.input`; the answer is `result.output`, `outputLength` at most
 *   METHOD_IN_DIRECT    `parameters.input` is the first buffer; the second is `irp.MdlAddress`,
 *                       which may be read. None where its length is 0
 *   METHOD_OUT_DIRECT   the same, and it may be written
 *   METHOD_NEITHER      addresses of whoever asked, `UserBuffers(irp)`: memory that can be probed,
 *                       locked and then mapped (mdl.ts)
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
