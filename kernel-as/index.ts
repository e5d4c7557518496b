/**
 * The kernel's exports: everything that the user library can ask of it.
 *
 * `cpu` is the calling processor. "next" is the TCB that this processor runs now, 0 when it idles. After enter, schedule and fault the
 * library continues `next`: with the results in TCB_MR, TCB_INFO, TCB_BADGE if it holds a continuation of the same TCB_EPOCH,
 * else anew at REG_IP. A processor that has been taken offline always gets 0.
 */

/**
 * Makes the first objects and the root task, which becomes current on processor 0. Kernel memory must be zero.
 * Both sizes in bytes, multiples of 4096. Returns the root TCB, or 0 if the sizes are out of range.
 */
export function boot(ramBytes: u32, kernelBytes: u32): u32 {
  return 0;
}

/** A system call of the current thread. Its message registers are in place. Returns next. */
export function enter(cpu: u32, syscall: i32, cptr: u32, info: u32): u32 {
  return 0;
}

/**
 * Invokes a kernel object for the current thread, as Call does, without switching: a switch that it causes waits for the next enter or
 * schedule. The reply is in TCB_INFO and the message registers.
 * 0: done. 1: decoded a port access; do as NODE_PORT* say and put what was read into message register 0.
 * -1: nothing was done, since the capability is not a kernel object, could not be looked up, or no thread is current:
 * use enter, which blocks or faults as it should.
 */
export function invoke(cpu: u32, cptr: u32, info: u32): i32 {
  return -1;
}

/** Honours a pending switch. Returns next. */
export function schedule(cpu: u32): u32 {
  return 0;
}

/** Interrupt line `line` is raised. Delivered now, or once after IRQHandler_Ack if the line is masked. */
export function irq(cpu: u32, line: u32): void {}

/**
 * The current thread faults. kind and words:
 *   seL4_UserException: number, code
 *   seL4_VMFault: address, is instruction, status
 *   seL4_UnknownSyscall: number
 * Returns next. Other kinds are taken as UserException.
 */
export function fault(cpu: u32, kind: u32, w0: u32, w1: u32, w2: u32, w3: u32): u32 {
  return 0;
}

/** The processor takes part from now on. Must be called before its first other call; boot() does it for processor 0. */
export function processorOnline(cpu: u32): void {}

/** Processor `victim` is gone: its threads are suspended for good, and the lock is taken from it if it holds it. */
export function processorOffline(cpu: u32, victim: u32): void {}

/** Counter COUNTER_*. */
export function counter(index: u32): f64 {
  return 0;
}

/** Address in kernel memory of a thread's IPC buffer, 0 if it has none. */
export function ipcBuffer(tcb: u32): u32 {
  return 0;
}

/** Page directory that `cptr` names in the current thread's CSpace, or 0. */
export function resolveVSpace(cpu: u32, cptr: u32): u32 {
  return 0;
}
