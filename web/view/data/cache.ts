/** The cache: what is in memory of which file, sector by sector. */
import type { CachedPages, SystemSnapshot } from '../../../personality/rtl/snapshot.ts';

export type PageState = 'dirty' | 'moving' | 'valid' | 'partly' | 'empty';

export interface PageCell {
  /** Of the file or the volume, in pages of 4 KiB. */
  readonly index: number;
  readonly state: PageState;
  /** It was wanted again soon after it had gone. */
  readonly hot: boolean;
}

export interface CachedRow {
  readonly device: string;
  /** '' for the volume's own sectors. */
  readonly file: string;
  readonly cells: readonly PageCell[];
  readonly dirty: number;
}

export interface CacheData {
  /** In pages of 4 KiB, all three. */
  readonly limit: number;
  readonly count: number;
  readonly dirty: number;
  readonly rows: readonly CachedRow[];
}

const WHOLE = 0xff;

function stateOf([, valid, dirty, moving]: CachedPages['pages'][number]): PageState {
  if (moving !== 0) return 'moving';
  if (dirty !== 0) return 'dirty';
  if (valid === 0) return 'empty';
  return valid === WHOLE ? 'valid' : 'partly';
}

function rowOf(device: string, { name, pages }: CachedPages): CachedRow {
  const cells = pages
    .map((page) => ({ index: page[0], state: stateOf(page), hot: page[4] === 1 }))
    .sort((a, b) => a.index - b.index);
  const dirty = pages.filter(([, , mask]) => mask !== 0).length;
  return { device, file: name, cells, dirty };
}

export function cacheOf({ cache }: SystemSnapshot): CacheData {
  const { limit, count, dirty, volumes } = cache;
  const rows = volumes.flatMap(({ device, metadata, files }) =>
    [metadata, ...files].map((set) => rowOf(device, set)),
  );
  return { limit, count, dirty, rows: rows.filter(({ cells }) => cells.length > 0) };
}
