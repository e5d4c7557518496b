/**
 * The command set of the 82077AA: which first byte is which command, and how many bytes follow.
 *
 * A command either acts at once (`act`, with its result bytes) or has an execution phase
 * (`execute`, a generator that waits on the virtual clock and returns the result bytes).
 *
 *   findCommand(first)   undefined: an invalid command, answered with the single byte 80
 *
 * Source: 82077AA datasheet, "Command Set Summary".
 */
import { formatTrack } from './format.ts';
import type { Waiting } from './host.ts';
import * as immediate from './immediate.ts';
import { readId, readTrack } from './read-track.ts';
import { parseDataCommand, resultBytes, type DataCommand, type Ending } from './results.ts';
import { recalibrate, relativeSeek, seek } from './seek.ts';
import type { FdcState } from './state.ts';
import { readData, writeData } from './transfer.ts';
import { verify } from './verify.ts';

type Bytes = readonly number[];

export interface Command {
  readonly name: string;
  /** The first byte is this command if it equals `code` in the bits of `mask`. */
  readonly code: number;
  readonly mask: number;
  /** Bytes after the first. */
  readonly parameters: number;
  readonly act?: (fdc: FdcState, bytes: Bytes) => number[];
  readonly execute?: (fdc: FdcState, bytes: Bytes) => Waiting<number[]>;
}

/** Options in the first byte that a command allows: MT, MFM, SK. */
const allOptions = 0x1f;
const noSkip = 0x3f;
const mfmOnly = 0xbf;
const exact = 0xff;

type Run = (fdc: FdcState, command: DataCommand) => Waiting<Ending>;

function data(name: string, code: number, mask: number, run: Run): Command {
  const execute = function* (fdc: FdcState, bytes: Bytes): Waiting<number[]> {
    const command = parseDataCommand(bytes);
    fdc.lastSectorCount = command.eot;
    return resultBytes(command.drive, yield* run(fdc, command));
  };
  return { name, code, mask, parameters: 8, execute };
}

function control(
  name: string,
  code: number,
  parameters: number,
  act: (fdc: FdcState, bytes: Bytes) => number[] | void,
  mask = exact,
): Command {
  return { name, code, mask, parameters, act: (fdc, bytes) => act(fdc, bytes) ?? [] };
}

const commands: readonly Command[] = [
  data('READ DATA', 0x06, allOptions, (fdc, command) => readData(fdc, command, false)),
  data('READ DELETED DATA', 0x0c, allOptions, (fdc, command) => readData(fdc, command, true)),
  data('WRITE DATA', 0x05, noSkip, (fdc, command) => writeData(fdc, command, false)),
  data('WRITE DELETED DATA', 0x09, noSkip, (fdc, command) => writeData(fdc, command, true)),
  data('READ TRACK', 0x02, mfmOnly, readTrack),
  data('VERIFY', 0x16, allOptions, verify),
  {
    name: 'FORMAT TRACK',
    code: 0x0d,
    mask: mfmOnly,
    parameters: 5,
    *execute(fdc, bytes) {
      fdc.lastSectorCount = bytes[3] ?? 0;
      return resultBytes((bytes[1] ?? 0) & 3, yield* formatTrack(fdc, bytes));
    },
  },
  {
    name: 'READ ID',
    code: 0x0a,
    mask: mfmOnly,
    parameters: 1,
    *execute(fdc, bytes) {
      const command = parseDataCommand(bytes);
      return resultBytes(command.drive, yield* readId(fdc, command));
    },
  },
  control('RECALIBRATE', 0x07, 1, recalibrate),
  control('SEEK', 0x0f, 2, seek),
  control('RELATIVE SEEK', 0x8f, 2, relativeSeek, mfmOnly),
  control('SENSE INTERRUPT STATUS', 0x08, 0, immediate.senseInterruptStatus),
  control('SENSE DRIVE STATUS', 0x04, 1, immediate.senseDriveStatus),
  control('SPECIFY', 0x03, 2, immediate.specify),
  control('CONFIGURE', 0x13, 3, immediate.configure),
  control('PERPENDICULAR MODE', 0x12, 1, immediate.perpendicularMode),
  control('LOCK', 0x14, 0, immediate.lock, 0x7f),
  control('DUMPREG', 0x0e, 0, immediate.dumpRegisters),
  control('VERSION', 0x10, 0, immediate.version),
];

export function findCommand(first: number): Command | undefined {
  return commands.find((command) => (first & command.mask) === command.code);
}
