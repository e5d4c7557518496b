/**
 * What leaves the window as a file: to add a format is a row here and a file beside this one.
 *
 *   FORMATS   name -> what is needed of a look, the file's type, what makes it
 */
import type { WatchName } from '../../../personality/rtl/watchanswer.ts';
import { mapOf } from '../data/map.ts';
import type { Needs, Seen } from '../data/types.ts';
import { chromeOf } from './chrome.ts';
import { csvOf } from './csv.ts';
import { dotOf } from './dot.ts';
import { fxtOf } from '../../../personality/rtl/fxt.ts';
import { graphOf } from './graph.ts';

export interface Format {
  readonly type: string;
  readonly needs?: Needs;
  of(seen: Seen, said: readonly WatchName[]): string | Uint8Array;
}

export const FORMATS: Readonly<Record<string, Format>> = {
  /** Counters of all looks so far. */
  csv: { type: 'text/csv', of: ({ samples }) => csvOf(samples) },
  /** The map, for Graphviz, and for programs. */
  dot: {
    type: 'text/vnd.graphviz',
    needs: { kernel: true },
    of: (seen) => dotOf(mapOf(seen)),
  },
  json: { type: 'application/json', needs: { kernel: true }, of: graphOf },
  /** The records that were seen, for Perfetto, and for most other tools. */
  fxt: { type: 'application/octet-stream', of: ({ records }, said) => fxtOf(records, said) },
  chrome: { type: 'application/json', of: ({ records }, said) => chromeOf(records, said) },
};
