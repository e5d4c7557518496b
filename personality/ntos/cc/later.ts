/**
 * What of the cache manager no boot needs: views of volumes, and the lazy writer. It comes with the
 * rest of the Executive (ke/rest.ts), and nothing is cached before.
 *
 *   startCcLater(executive, manager)   registers the WdmCc* services; starts the lazy writer
 */
import type { CacheManager } from './context.ts';
import { lazyWriter } from './lazywriter.ts';
import type { CcNeeds } from './needs.ts';
import { Views } from './views.ts';
import { relieve } from './writeback.ts';

export function startCcLater(executive: CcNeeds, manager: CacheManager): Views {
  const { ke, io } = executive;
  manager.relieve = (volume) => relieve(manager, volume);
  const views = new Views(executive);
  views.register();
  ke.spawn('lazy writer', () =>
    lazyWriter(manager, (volume, status) => io.lostWrite(volume, status)),
  );
  return views;
}
