/**
 * An IRP's way through the system, as marks (rtl/watch.ts). Called only while somebody watches.
 *
 *   irpMade(io, irp, options, request)   a new one, made for that request; it has its number
 *   irpAt(io, irp, kind)                 it is on its way to the device of its current location, or
 *                                        has been fetched there
 *   irpBack(io, irp)                     it has come back to the driver of its current location
 *   watchedId(irp)                       its name between the Executive and a driver: its number,
 *                                        or undefined where that driver has it under that already
 */
import type { IoContext } from '../context.ts';
import type { DriverObject } from '../device/driver.ts';
import type { Irp } from './irp.ts';

/** What is told of an IRP where it is made. */
interface Asked {
  readonly minor?: number;
  readonly file?: number;
  readonly parameters: object;
}

export function irpMade(
  io: IoContext,
  irp: Irp,
  { minor = 0, file = 0, parameters }: Asked,
  request: number,
): void {
  const { watch } = io.executive;
  watch.mark('irp.made', irp.major | (minor << 8), file, irp.number);
  watch.mark('irp.parent', request, 0, irp.number);
  const { offset, length } = parameters as { offset?: number; length?: number };
  if (offset === undefined) return;
  watch.mark('irp.range', Math.floor(offset / 512), length ?? 0, irp.number);
}

/** Where the IRP is now: number of the device, and of its driver's process. */
function placeOf(io: IoContext, irp: Irp): readonly [number, number] {
  const { device } = irp.current!;
  const { process, name } = device.driver;
  const { watch } = io.executive;
  watch.name('device', device.id, device.name || `a device of ${name}`);
  if (process) watch.name('process', process.id, process.driver?.name ?? process.image);
  return [device.id, process?.id ?? 0];
}

export function irpAt(io: IoContext, irp: Irp, kind: 'irp.passed' | 'irp.taken'): void {
  io.executive.watch.mark(kind, ...placeOf(io, irp), irp.number);
}

export function irpBack(io: IoContext, irp: Irp): void {
  const [, driver] = placeOf(io, irp);
  io.executive.watch.mark('irp.back', irp.status, driver, irp.number);
}

export function watchedId({ held, passed }: DriverObject, { number }: Irp): number | undefined {
  return number === 0 || held.has(number) || passed.has(number) ? undefined : number;
}
