/**
 * Memory given back at once: a buffer that nobody will look at any more.
 *
 *   letGo(bytes)    frees what lies behind them; they are empty from then on
 *
 * Without it a buffer lies there until its holder is collected, and who allocates little else
 * collects seldom: the images of twenty ejected disks would stay. Only for bytes that are the
 * caller's alone, all of their buffer.
 *
 * A message takes its buffers along, and one to a port that is closed goes nowhere. (Decision 0014
 * has why it is not `ArrayBuffer.transfer`.) It is sent before the sending port knows of that,
 * since it then keeps its buffers: so each has a channel of its own.
 */
export function letGo(bytes: Uint8Array | undefined): void {
  const buffer = bytes?.buffer;
  // Shared memory is never one holder's alone; what is empty may have been let go before.
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength === 0) return;
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(undefined, [buffer]);
  port1.close();
}
