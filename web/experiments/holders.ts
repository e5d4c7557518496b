/**
 * Who has a capability for the floppy controller's registers.
 *
 *   holders(bench)     as the map has it now
 *   theHolder(bench)   waits until there is one: the driver is loaded behind the prompt, and again
 *                      after it has died
 */
import type { MapData } from '../view/data/map.ts';
import type { Bench } from './bench.ts';

export interface Holder {
  readonly name: string;
  readonly process: number;
  readonly slot: number;
}

export async function holders(bench: Bench): Promise<Holder[]> {
  const { places, lines } = await bench.view<MapData>('map');
  return lines
    .filter(({ type, about }) => type === 'IOPort' && /\b3f0\b/i.test(about))
    .map(({ from, slot }) => {
      const { name, process } = places.find(({ id }) => id === from)!;
      return { name, process, slot };
    });
}

export async function theHolder(bench: Bench): Promise<Holder> {
  let found: Holder | undefined;
  await bench.until('a driver holds the ports', async () => {
    [found] = await holders(bench);
    return found !== undefined;
  });
  return found!;
}
