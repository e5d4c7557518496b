/**
 * Contestants that live in the page: the two libraries, and the whole system as topology *single*
 * boots it.
 *
 * Each measures a row at a time: a client process is made for it, and ended.
 */
import type { Executive } from '../../../personality/ntos/executive.ts';
import { bootClientRig } from '../../ntos/io-client.ts';
import { copiedBytes } from './copies.ts';
import type { Contestant, Files } from './contestant.ts';
import { fatfsWasm } from './fatfs-wasm.ts';
import { jsFatfs } from './js-fatfs.ts';
import { type Clock, type Counts, countRow } from './measure.ts';
import { measureNamed, pageClock, wholeBig } from './play.ts';
import { rowNamed } from './rows.ts';
import { SystemFiles } from './system-files.ts';

function library(name: string, files: Files): Contestant {
  return {
    name,
    measure: (row, pace) => measureNamed(files, row, pace, pageClock),
    bigFile: () => wholeBig(files),
    end: () => undefined,
  };
}

export async function libraries(image: Uint8Array): Promise<Contestant[]> {
  return [
    library('js-fatfs', await jsFatfs(image.slice())),
    library('fatfs-wasm', await fatfsWasm(image.slice())),
  ];
}

export async function single(image: Uint8Array): Promise<Contestant> {
  const rig = await bootClientRig([image]);
  const executive = await rig.asExecutive((own): Executive => own);
  const counters = (): Counts => ({
    ...executive.counters.snapshot(),
    ...rig.machine.counters(),
    'copied bytes': copiedBytes(),
  });
  /** A program waits by a call: to await anything else would be the end of it. */
  const withFiles = <T>(body: (files: SystemFiles, clock: Clock) => Promise<T>): Promise<T> =>
    rig.client(async ({ process }) => {
      const files = await SystemFiles.on(process);
      try {
        return await body(files, { now: pageClock.now, rest: () => files.rest() });
      } finally {
        await files.close();
      }
    });
  return {
    name: 'single',
    measure: (row, pace) => withFiles((files, clock) => measureNamed(files, row, pace, clock)),
    count: (row) => withFiles((files) => countRow(files, rowNamed(row), counters)),
    bigFile: () => withFiles(wholeBig),
    end: () => rig.end(),
  };
}
