/**
 * What makes links: loaded when it is first asked for (web/parts/sharing.ts), from beside this
 * module.
 *
 *   sharing()   rejects in words where it cannot be had
 */
import type { Sharing } from '../parts/share/types.ts';

export async function sharing(): Promise<Sharing> {
  try {
    // In one piece: scripts/package.mjs makes of it what every bundler knows.
    return (await import(
      /* @vite-ignore */ new URL('../../build/parts/sharing.js', import.meta.url).href
    )) as Sharing;
  } catch (cause) {
    const message = 'What makes and reads such links could not be loaded: is this page offline?';
    throw new Error(message, { cause });
  }
}
