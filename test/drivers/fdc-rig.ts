/**
 * The floppy driver on the emulated machine, under a made-up Executive: what its tests share.
 *
 *   startFloppy(options?)          a rig with the driver started
 *   rig.read(drive, offset, length, flags?)   status, information and the bytes
 *   rig.write(drive, offset, bytes, flags?)
 *   rig.control(drive, code, outputLength?, flags?, input?)
 *   assertSame(actual, expected)
 *   patterned(bytes, seed?)        an image whose every byte tells its place
 */
import { fdcDriverEntry } from '../../drivers/storage/fdc/index.ts';
import {
  IRP_MJ_DEVICE_CONTROL,
  IRP_MJ_FLUSH_BUFFERS,
  IRP_MJ_READ,
  IRP_MJ_WRITE,
} from '../../personality/rtl/irp.ts';
import { createMachine, type Machine, type MachineOptions } from '../../web/machine/index.ts';
import { FakeExecutive } from '../support/fake-executive.ts';

const RAM = 1 << 20;

export interface FloppyRig {
  readonly machine: Machine;
  readonly executive: FakeExecutive;
  /** Of DriverEntry. */
  readonly status: number;
  read(drive: number, offset: number, length: number, flags?: number): Promise<ReadOutcome>;
  write(drive: number, offset: number, bytes: Uint8Array, flags?: number): Promise<Outcome>;
  control(
    drive: number,
    code: number,
    outputLength?: number,
    flags?: number,
    input?: Uint8Array,
  ): Promise<Outcome & { output: Uint8Array }>;
  flush(drive: number): Promise<Outcome>;
}

export interface Outcome {
  status: number;
  information: number;
}

export interface ReadOutcome extends Outcome {
  data: Uint8Array;
}

export const resources = {
  image: 'fdc.sys',
  ports: [
    [0x3f0, 6],
    [0x3f7, 1],
    [0x3e0, 2],
  ] as [number, number][],
  interrupts: [6, 5],
  dma: [2],
};

export async function startFloppy(
  options: MachineOptions = {},
  prepare?: (machine: Machine) => void,
): Promise<FloppyRig> {
  const machine = createMachine({ ram: new Uint8Array(RAM), ...options });
  const executive = new FakeExecutive({ machine, ...resources });
  prepare?.(machine);
  const status = await executive.start(fdcDriverEntry);
  const name = (drive: number) => `\\Device\\Floppy${drive}`;
  return {
    machine,
    executive,
    status,
    async read(drive, offset, length, flags = 0) {
      const data = new Uint8Array(length);
      const parameters = { offset, length };
      const options = { buffer: data, flags };
      const done = await executive.request<'read'>(name(drive), IRP_MJ_READ, parameters, options);
      return { status: done.status, information: done.information, data };
    },
    async write(drive, offset, bytes, flags = 0) {
      const parameters = { offset, length: bytes.length, data: new Uint8Array() };
      const options = { buffer: bytes, flags };
      return executive.request<'write'>(name(drive), IRP_MJ_WRITE, parameters, options);
    },
    async control(drive, code, outputLength = 0, flags = 0, input = new Uint8Array()) {
      const parameters = { code, input, outputLength };
      const done = await executive.request<'device_control'>(
        name(drive),
        IRP_MJ_DEVICE_CONTROL,
        parameters,
        { flags },
      );
      const { status, information, result } = done;
      return { status, information, output: result.output ?? new Uint8Array() };
    },
    flush: (drive) => executive.request<'flush'>(name(drive), IRP_MJ_FLUSH_BUFFERS, {}),
  };
}

/** As deepEqual, but a failure names the first byte that differs, and not all of them. */
export function assertSame(actual: Uint8Array, expected: Uint8Array, message = 'bytes'): void {
  if (actual.length !== expected.length)
    throw new Error(`${message}: ${actual.length} instead of ${expected.length}`);
  const at = actual.findIndex((byte, index) => byte !== expected[index]);
  if (at >= 0) throw new Error(`${message}: ${actual[at]} at ${at}, ${expected[at]} was expected`);
}

export function patterned(bytes: number, seed = 1): Uint8Array {
  const image = new Uint8Array(bytes);
  let state = seed;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    image[i] = state >>> 24;
  }
  return image;
}

export const SIZE_360K = 368_640;
export const SIZE_720K = 737_280;
export const SIZE_1200K = 1_228_800;
export const SIZE_144M = 1_474_560;
export const SIZE_288M = 2_949_120;

/** The driver where the controller's ports are an undriven bus. */
export async function startWithoutController(): Promise<number> {
  const machine = createMachine({ ram: new Uint8Array(RAM) });
  const dead = (port: number) => port >= 0x3f0 && port <= 0x3f7;
  const { in8, out8 } = machine;
  machine.in8 = (port) => (dead(port) ? 0xff : in8.call(machine, port));
  machine.out8 = (port, value) => (dead(port) ? undefined : out8.call(machine, port, value));
  return new FakeExecutive({ machine, ...resources }).start(fdcDriverEntry);
}
