/**
 * A map in words: for who hovers, for screen readers, and as tables instead of the drawing.
 *
 *   sectorWords(sector)     what it is and whose
 *   summary(sectors)        the disk in one line
 *   filesOf(sectors)        a row for each file and directory
 *   runsOf(track)           one track's sectors, those alike and side by side as one
 *   tracksOf(sectors)
 */
import type { SectorInfo } from '../../element/types.ts';
import { isTrouble, kindOf, KINDS } from './kinds.ts';

const STATES: Readonly<Record<SectorInfo['state'], string>> = {
  good: 'good',
  bad: 'bad, cannot be read',
  deleted: 'has a deleted mark',
  missing: 'missing, the drive does not find it',
};

const AREAS: Readonly<Record<NonNullable<SectorInfo['area']>, string>> = {
  system: 'system area',
  directory: 'directory',
  file: 'file',
  free: 'free',
  lost: 'in use, and no name leads there',
  unusable: 'marked unusable by the file system',
  unused: 'behind the volume',
};

const HEX_FROM = 0x40;

export function idWords(id: number): string {
  return id >= HEX_FROM ? `${id} (${id.toString(16).toUpperCase()}h)` : String(id);
}

export const stateWords = ({ state }: SectorInfo): string => STATES[state];

export function ownerWords({ area, file }: SectorInfo): string {
  if (file !== undefined) return area === 'directory' ? `directory ${file}` : file;
  return area ? AREAS[area] : 'not of the file system';
}

export function recordingWords({ recording, kilobits }: SectorInfo): string {
  return recording ? `${recording}, ${kilobits} kbit/s` : 'in RAM';
}

export function sectorWords(sector: SectorInfo): string {
  const { cylinder, head, id, size, says } = sector;
  const place = `Cylinder ${cylinder}, side ${head}, sector ${idWords(id)}`;
  const odd = says ? `, its ID says cylinder ${says.cylinder}, side ${says.head}` : '';
  const bytes = `${size.toLocaleString('en-US')} bytes, ${recordingWords(sector)}`;
  return `${place}: ${stateWords(sector)}; ${ownerWords(sector)}. ${bytes}${odd}.`;
}

const many = (count: number, one: string): string =>
  `${count.toLocaleString('en-US')} ${one}${count === 1 ? '' : 's'}`;

export function summary(sectors: readonly SectorInfo[]): string {
  const count = (state: SectorInfo['state']): number =>
    sectors.filter((sector) => sector.state === state).length;
  const parts = (['bad', 'missing', 'deleted'] as const)
    .map((state) => [state, count(state)] as const)
    .filter(([, found]) => found > 0)
    .map(([state, found]) =>
      state === 'deleted' ? `${found} with a deleted mark` : `${found} ${state}`,
    );
  const all = many(sectors.length, 'sector');
  return parts.length === 0 ? `${all}, all of them good.` : `${all}: ${parts.join(', ')}.`;
}

export interface FileRow {
  readonly file: string;
  readonly directory: boolean;
  readonly sectors: number;
  readonly trouble: number;
}

/** Those that are hit first, then as they lie on the disk. */
export function filesOf(sectors: readonly SectorInfo[]): FileRow[] {
  const rows = new Map<string, { directory: boolean; sectors: number; trouble: number }>();
  for (const sector of sectors) {
    const { file, area } = sector;
    if (file === undefined) continue;
    const row = rows.get(file) ?? { directory: area === 'directory', sectors: 0, trouble: 0 };
    row.sectors++;
    if (isTrouble(sector)) row.trouble++;
    rows.set(file, row);
  }
  const all = [...rows].map(([file, row]): FileRow => ({ file, ...row }));
  return [...all.filter((row) => row.trouble > 0), ...all.filter((row) => row.trouble === 0)];
}

export function tracksOf(sectors: readonly SectorInfo[]): SectorInfo[][] {
  const tracks = new Map<number, SectorInfo[]>();
  for (const sector of sectors) {
    const number = sector.cylinder * 2 + sector.head;
    const track = tracks.get(number);
    if (track) track.push(sector);
    else tracks.set(number, [sector]);
  }
  return [...tracks].sort(([one], [other]) => one - other).map(([, track]) => track);
}

/** `1-4 system area; 5 bad, A:\X.TXT`. */
export function runsOf(track: readonly SectorInfo[]): string {
  const runs: { from: number; to: number; words: string }[] = [];
  for (const sector of track) {
    const state = sector.state === 'good' ? '' : `${sector.state}, `;
    const words = `${state}${ownerWords(sector)}`;
    const last = runs.at(-1);
    if (last && last.words === words && last.to + 1 === sector.id) last.to = sector.id;
    else runs.push({ from: sector.id, to: sector.id, words });
  }
  return runs
    .map(({ from, to, words }) => `${from === to ? idWords(from) : `${from}–${to}`} ${words}`)
    .join('; ');
}

/** Kinds that are there, with how many sectors each has. */
export function legendOf(
  sectors: readonly SectorInfo[],
): { kind: keyof typeof KINDS; words: string; count: number }[] {
  const counts = new Map<keyof typeof KINDS, number>();
  for (const sector of sectors) {
    const kind = kindOf(sector);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return (Object.keys(KINDS) as (keyof typeof KINDS)[])
    .filter((kind) => counts.has(kind))
    .map((kind) => ({ kind, words: KINDS[kind], count: counts.get(kind)! }));
}
