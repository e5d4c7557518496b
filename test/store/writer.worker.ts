/**
 * A tab that will crash: keeps a disk and commits states of it as fast as it can, for ever.
 *
 * State g has the byte g in every chunk. `postMessage(database)` starts it; it posts each
 * generation that it was told is durable.
 */
import { CHUNK_BYTES } from '../../web/store/chunks.ts';
import { createDiskStore } from '../../web/store/disks.ts';
import { createIndexedDbBackend } from '../../web/store/indexeddb.ts';
import { webLocks } from '../../web/store/locks.ts';

const CHUNKS = 12;

async function write(database: string): Promise<void> {
  const backend = createIndexedDbBackend({ database });
  const store = createDiskStore({ backend, locks: webLocks(), scope: database });
  const disk = await store.open('crash');
  let generation = await disk.replace(new Uint8Array(CHUNKS * CHUNK_BYTES).fill(1));
  for (;;) {
    const bytes = Uint8Array.of((generation + 1) & 0xff);
    const changes = Array.from({ length: CHUNKS }, (_, chunk) => ({
      offset: chunk * CHUNK_BYTES + 100,
      bytes,
    }));
    generation = await disk.commit(changes);
    postMessage(generation);
  }
}

addEventListener('message', (event) => void write(String(event.data)));
