/**
 * Opens the spoilt images of soak-containers.mjs, and says which one it is at.
 */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { loadStore } from '../../test/store/container/module.mjs';
import { attack, basesOf } from '../../test/store/container/mutate.mjs';

const FOLDER = new URL('../../test/store/container/fixtures/', import.meta.url);
const fixture = (name) => new Uint8Array(gunzipSync(readFileSync(new URL(`${name}.gz`, FOLDER))));

const store = await loadStore();
const bases = basesOf(store, fixture);
const now = (number, name) => parentPort.postMessage({ now: `image ${number} (${name})` });
parentPort.postMessage({ ended: await attack(store, bases, { ...workerData, now }) });
