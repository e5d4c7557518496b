/**
 * The rest of the Executive (personality/ntos/later.ts) in the worker that runs it: a file beside
 * the worker's own, which comes when the Executive wants it.
 *
 *   connectRest(known, ask)   `known`: its address, where the page knows it; `ask` else
 */
import { connectMaker, type MakeParts } from '../../personality/rtl/parts.ts';
import { freshly } from './fresh.ts';

export function connectRest(known: string | undefined, ask: () => Promise<string>): void {
  connectMaker(async () => {
    const module = (await import(/* @vite-ignore */ freshly(known ?? (await ask())))) as {
      readonly default: MakeParts;
    };
    return module.default;
  });
}
