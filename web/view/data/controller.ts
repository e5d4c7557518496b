/**
 * The diskette controller as on a bench: its registers with their bits in words, the command that
 * is under way, the last result, and what hangs on its pins: DMA channel 2, the interrupt
 * controllers, the drives.
 *
 * Everything is from the machine's look, which reads no port. Sources are named with each register:
 * 82077AA, 8237A and 8259A datasheets, by the titles of their sections.
 */
import type { MachineSnapshot } from '../../host/protocol.ts';
import { commandName } from './fdc-commands.ts';
import { driveCable, dmaRegisters, interruptRegisters } from './controller-around.ts';
import { bitsOf, type Register } from './registers.ts';
import { statusBytes, status3 } from './status-bytes.ts';
import { type Timing, timingOf } from './timing.ts';
import type { Seen } from './types.ts';

export interface Phase {
  readonly name: 'idle' | 'command' | 'execution' | 'result' | 'reset';
  readonly words: string;
}

export interface Line {
  readonly name: string;
  readonly high: boolean;
  readonly words: string;
}

export interface ControllerData {
  readonly phase: Phase;
  readonly registers: readonly Register[];
  /** The last command with an execution phase: its name, its bytes, the bytes of its result. */
  readonly ended: { command: string; bytes: readonly number[]; result: readonly number[] };
  /** ST0, ST1, ST2 of it, and what SENSE DRIVE STATUS would say of each drive: ST3. */
  readonly status: readonly Register[];
  readonly fifo: readonly number[];
  readonly lines: readonly Line[];
  readonly dma: readonly Register[];
  readonly interrupts: readonly Register[];
  readonly drives: readonly { name: string; facts: readonly (readonly [string, string])[] }[];
  readonly timing: Timing;
}

const RATES = ['500 kbit/s', '300 kbit/s', '250 kbit/s', '1 Mbit/s'];
const IRQ = 6;

function registersOf({ fdc }: MachineSnapshot): Register[] {
  const { dor, msr, dir, tdr, rate, noPrecompensation, sra, srb } = fdc;
  const at = (name: string, port: number, value: number, section: string): Register => ({
    name,
    port,
    value,
    section: `82077AA, ${section}`,
    bits: [],
  });
  return [
    {
      ...at('DOR', 0x3f2, dor, 'Digital Output Register'),
      bits: [
        ...bitsOf(dor, [
          [7, 'MOT3', 'motor of drive 3'],
          [6, 'MOT2', 'motor of drive 2'],
          [5, 'MOT1', 'motor of B:'],
          [4, 'MOT0', 'motor of A:'],
          [3, 'DMAGATE', 'INT and DRQ reach the bus'],
          [2, 'RESET#', 'the chip is not held in reset'],
        ]),
        { name: 'SEL', on: true, words: `drive ${dor & 3} is selected` },
      ],
    },
    {
      ...at('MSR', 0x3f4, msr, 'Main Status Register'),
      bits: bitsOf(msr, [
        [7, 'RQM', 'the data register may be accessed'],
        [6, 'DIO', 'it is to be read'],
        [5, 'NONDMA', 'a transfer without DMA is under way'],
        [4, 'CB', 'a command is under way'],
        [3, 'D3B', 'drive 3 seeks'],
        [2, 'D2B', 'drive 2 seeks'],
        [1, 'D1B', 'B: seeks'],
        [0, 'D0B', 'A: seeks'],
      ]),
    },
    {
      ...at('DIR', 0x3f7, dir, 'Digital Input Register'),
      bits: bitsOf(dir, [[7, 'DSKCHG', 'the disk of the selected drive may be another']]),
    },
    {
      ...at('CCR', 0x3f7, rate | (noPrecompensation ? 4 : 0), 'Configuration Control Register'),
      bits: [{ name: 'DRATE', on: true, words: RATES[rate & 3]! }],
    },
    {
      ...at('DSR', 0x3f4, rate, 'Data Rate Select Register'),
      bits: [{ name: 'DRATE', on: true, words: RATES[rate & 3]! }],
    },
    { ...at('TDR', 0x3f3, tdr, 'Tape Drive Register'), bits: [] },
    { ...at('SRA', 0x3f0, sra, 'Status Register A'), bits: [] },
    { ...at('SRB', 0x3f1, srb, 'Status Register B'), bits: [] },
  ];
}

function phaseOf({ fdc }: MachineSnapshot): Phase {
  const { dor, command, executing, last, result, told } = fdc;
  const name = commandName(last[0] ?? 0);
  if ((dor & 4) === 0) return { name: 'reset', words: 'held in reset by DOR' };
  if (executing) return { name: 'execution', words: `${name} is executed` };
  if (told < result.length) {
    const words = `${name}: ${told} of ${result.length} bytes of the result were read`;
    return { name: 'result', words };
  }
  if (command.length > 0) {
    const words = `${commandName(command[0]!)}: ${command.length} bytes have come`;
    return { name: 'command', words };
  }
  return { name: 'idle', words: 'waits for a command' };
}

function linesOf({ fdc, lines }: MachineSnapshot): Line[] {
  const { interrupt, request, connected, inward, writing, head } = fdc;
  return [
    { name: 'INT', high: interrupt, words: 'the chip wants to be heard' },
    { name: 'DRQ', high: request, words: 'it wants a byte moved, and waits for it' },
    { name: 'DMAGATE', high: connected, words: 'INT and DRQ reach the bus' },
    {
      name: 'IRQ 6',
      high: (lines & (1 << IRQ)) !== 0,
      words: 'as the interrupt controller sees it',
    },
    { name: 'WGATE', high: writing, words: 'the head writes' },
    { name: 'DIR', high: inward, words: 'the last step went inward' },
    { name: 'HDSEL', high: head === 1, words: 'side 1 is selected' },
  ];
}

export function controllerOf({ machine, records }: Seen): ControllerData | undefined {
  if (!machine) return undefined;
  const { ended, fifo } = machine.fdc;
  return {
    phase: phaseOf(machine),
    registers: registersOf(machine),
    ended: {
      command: ended.command.length > 0 ? commandName(ended.command[0]!) : '',
      bytes: ended.command,
      result: ended.result,
    },
    status: [...statusBytes(ended.result), ...machine.drives.slice(0, 2).map(status3)],
    fifo,
    lines: linesOf(machine),
    dma: dmaRegisters(machine.dma),
    interrupts: interruptRegisters(machine.pics),
    drives: driveCable(machine),
    timing: timingOf(machine, records),
  };
}
