/**
 * What makes links: loaded when it is first asked for (web/parts/sharing.ts), from beside this
 * module.
 *
 *   sharing()   rejects in words where it cannot be had
 *
 * It is a module by itself, with a ShareError of its own: what it rejects with becomes one of this
 * module, which pages know.
 */
import type { Sharing } from '../parts/share/types.ts';
import { ShareError } from '../store/errors.ts';

export async function sharing(): Promise<Sharing> {
  const { makeLink, decodeOverlay, drawQr, damagedFiles } = await load();
  return {
    drawQr,
    damagedFiles,
    makeLink: (...given) => makeLink(...given).catch(rethrow),
    decodeOverlay: (...given) => decodeOverlay(...given).catch(rethrow),
  };
}

function rethrow(error: unknown): never {
  const { name, code, message, cause } = error as ShareError;
  throw name === 'ShareError' ? new ShareError(code, message, cause) : error;
}

async function load(): Promise<Sharing> {
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
