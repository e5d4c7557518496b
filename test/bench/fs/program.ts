/**
 * bench.exe: a row measured from inside a process, for topology *isolated*.
 *
 * Its command line is the row's number, rounds, milliseconds of a round, and `count` or `time`; its
 * result goes to RESULT as JSON. A program has no clock but the kernel's, which is good to a
 * millisecond: rounds are to be long.
 */
import { querySystem, writeAll } from '../../../personality/ntdll/files.ts';
import { nativeImage, type NtProcess } from '../../../personality/ntdll/process.ts';
import { SystemCounterInformation } from '../../../personality/rtl/nt.ts';
import { type Counts, countRow } from './measure.ts';
import { measureNamed } from './play.ts';
import { rows } from './rows.ts';
import { SystemFiles } from './system-files.ts';

const RESULT = '\\??\\A:\\RESULT.TXT';

async function main(process: NtProcess): Promise<number> {
  const [index, rounds = 1, roundMs = 1, what] = process.commandLine.trim().split(/\s+/);
  const row = rows[Number(index)]!;
  const files = await SystemFiles.on(process);
  const clock = { now: () => process.thread.now() / 1000, rest: () => files.rest() };
  const counters = async () => (await querySystem(process, SystemCounterInformation)) as Counts;
  const result =
    what === 'count'
      ? await countRow(files, row, counters)
      : await measureNamed(
          files,
          row.name,
          { rounds: Number(rounds), roundMs: Number(roundMs) },
          clock,
        );
  await files.close();
  await writeAll(process, RESULT, new TextEncoder().encode(JSON.stringify(result)));
  return 0;
}

export const image = nativeImage(main);
