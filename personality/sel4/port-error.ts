/**
 * A port access that the kernel refused, as the access functions (invocations-x86.ts) throw it: in
 * the caller's own code, of what the kernel answered.
 */
export const STATUS_PRIVILEGED_INSTRUCTION = 0xc0000096;

/** A port access that the kernel refused; `error` is the kernel's error number. */
export class PortError extends Error {
  override readonly name = 'PortError';
  readonly status = STATUS_PRIVILEGED_INSTRUCTION;
  readonly port: number;
  readonly error: number;

  constructor(port: number, error: number) {
    super(`access to port 0x${port.toString(16)} refused: error ${error}`);
    this.port = port;
    this.error = error;
  }
}
