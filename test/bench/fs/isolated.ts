/**
 * The system in topology *isolated*, as a page boots it: workers, and a program among them that
 * measures (program.ts).
 */
import { System } from '../../../web/host/system.ts';
import type { Contestant } from './contestant.ts';
import type { Counts, Pace } from './measure.ts';
import { rows } from './rows.ts';
import { BIG } from './trace.ts';

const RESULT = 'A:\\RESULT.TXT';
/** Its clock shows milliseconds. */
const SHORTEST_ROUND_MS = 100;

/** `program`: where bench.exe is. */
export async function isolated(image: Uint8Array, program: URL): Promise<Contestant> {
  const system = await System.boot({
    topology: 'isolated',
    images: { 'bench.exe': program },
    commit: () => Promise.resolve('kept'),
  });
  await system.insert(0, image);

  async function run<T>(row: string, { rounds, roundMs }: Pace, what: string): Promise<T> {
    const index = rows.findIndex(({ name }) => name === row);
    const line = `start /wait bench.exe ${index} ${rounds} ${roundMs} ${what}`;
    const { status, output } = await system.ask({ op: 'exec', line });
    if (status !== 0) throw new Error(`${row}: bench.exe ended with ${status}: ${output}`);
    const bytes = await system.ask({ op: 'readFile', path: RESULT });
    return JSON.parse(new TextDecoder().decode(bytes)) as T;
  }

  return {
    name: 'isolated',
    measure: (row, { rounds, roundMs }) =>
      run<number[]>(row, { rounds, roundMs: Math.max(roundMs, SHORTEST_ROUND_MS) }, 'time'),
    count: (row) => run<Counts>(row, { rounds: 1, roundMs: 1 }, 'count'),
    bigFile: () => system.ask({ op: 'readFile', path: `A:\\${BIG}` }),
    end: () => system.terminate(),
  };
}
