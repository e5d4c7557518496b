/**
 * What hangs on the controller's pins: DMA channel 2, the two interrupt controllers, the drives.
 *
 * Sources: 8237A datasheet, "Register Description"; 8259A datasheet, "Interrupt Sequence".
 */
import type { MachineSnapshot } from '../../host/protocol.ts';
import type { DmaLook, PicLook } from '../../machine/look.ts';
import { bitsOf, type Register } from './registers.ts';

const KINDS = ['verify', 'to memory', 'from memory', 'illegal'];
const MODES = ['demand', 'single', 'block', 'cascade'];
const DMA = '8237A, Register Description';
const PIC = '8259A, Interrupt Sequence';
const FLOPPY = 6;
const CHANNEL = 2;

export function dmaRegisters(dma: DmaLook): Register[] {
  const of = (name: string, port: number | undefined, value: number, words?: string): Register => ({
    name,
    port,
    value,
    section: DMA,
    bits: words === undefined ? [] : [{ name: '', on: true, words }],
  });
  const { address, count, page, mode, mask, physical, command, reached, requests } = dma;
  const kind = KINDS[(mode >> 2) & 3]!;
  const more = `${mode & 0x10 ? ', begins anew at its end' : ''}${mode & 0x20 ? ', downward' : ''}`;
  return [
    of('address', 0x04, address, `${hex(physical)} in memory is next`),
    of('count', 0x05, count, count === 0xffff ? 'at its end' : `${count + 1} bytes are left`),
    of('page', 0x81, page, 'bits 16 to 23 of the address'),
    of('mode', 0x0b, mode, `${MODES[mode >> 6]!}, ${kind}${more}`),
    {
      ...of('mask', 0x0f, mask),
      bits: bitsOf(mask, [[CHANNEL, 'M2', 'channel 2 is masked: it moves nothing']]),
    },
    {
      ...of('status', 0x08, (requests << 4) | reached),
      bits: [
        ...bitsOf(reached, [[CHANNEL, 'TC2', 'terminal count was reached']]),
        ...bitsOf(requests, [[CHANNEL, 'DREQ2', 'the controller asks, and is not granted']]),
      ],
    },
    {
      ...of('command', 0x08, command),
      bits: bitsOf(command, [[2, 'CD', 'the DMA controller is switched off']]),
    },
  ];
}

const hex = (value: number): string => `0x${value.toString(16)}`;

export function interruptRegisters(pics: readonly PicLook[]): Register[] {
  return pics.flatMap(({ irr, isr, imr, elcr, vectorBase }, at) => {
    const whose = at === 0 ? 'master' : 'slave';
    const [port, edge] = at === 0 ? [0x20, 0x4d0] : [0xa0, 0x4d1];
    const of = (name: string, from: number, value: number, words: string): Register => ({
      name: `${name}, ${whose}`,
      port: from,
      value,
      section: PIC,
      bits: at === 0 ? bitsOf(value, [[FLOPPY, 'IR6', words]]) : [],
    });
    return [
      of('IRR', port, irr, 'the diskette controller asks for service'),
      of('ISR', port, isr, 'it is being served'),
      of('IMR', port + 1, imr, 'its requests are masked'),
      of('ELCR', edge, elcr, 'its line is level-triggered'),
      {
        name: `vectors, ${whose}`,
        port: undefined,
        value: vectorBase,
        section: PIC,
        bits: [],
      },
    ];
  });
}

export function driveCable({ drives, fdc, now }: MachineSnapshot) {
  const yes = (is: boolean, words: string, otherwise: string): string => (is ? words : otherwise);
  return drives.slice(0, 2).map((drive, i) => {
    const { type = 'none', medium, motor, turns, turningAt, rpm, angle, changed } = drive;
    const spins = `index every ${(60_000 / rpm).toFixed(0)} ms, ${Math.round(angle * 360)}° since`;
    const starts = medium ? `up to speed in ${Math.ceil((turningAt - now) / 1000)} ms` : 'no disk';
    const pcn = fdc.pcn[i]!;
    const facts: (readonly [string, string])[] = [
      ['Type', `${type}, ${rpm} turns a minute`],
      ['Disk', medium ?? 'none'],
      ['Motor', motor ? `on: ${turns ? spins : starts}` : 'off'],
      ['Selected', yes((fdc.dor & 3) === i, 'yes', 'no')],
      ['Head', `over cylinder ${drive.cylinder}; the chip counts ${pcn}`],
      ['Track 0', yes(drive.cylinder === 0, 'yes', 'no')],
      ['Write protect', yes(drive.protected, 'yes', 'no')],
      ['Change line', yes(changed, 'the door was open since the last step', 'no change')],
      ['Pulses, sectors', `${drive.steps} steps, ${drive.reads} read, ${drive.writes} written`],
    ];
    return { name: i === 0 ? 'A:' : 'B:', facts };
  });
}
