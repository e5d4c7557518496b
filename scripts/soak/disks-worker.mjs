/**
 * Uses damaged disks, one after the other, and tells of each before it begins: whoever listens sees
 * from outside where one takes too long.
 *
 * workerData: `module`, the bundle of test/drivers/fatfs/use-disk.ts; `images`, empty disks; disks
 * `first`, `first + step` ... up to `last`.
 */
import { parentPort, workerData } from 'node:worker_threads';

const { module, images, first, step, last } = workerData;
const { makeBase, mutate, useDisk } = await import(module);

const bases = [];
for (const image of images) bases.push(await makeBase(image));
for (let number = first; number <= last; number += step) {
  parentPort.postMessage({ number });
  try {
    await useDisk(mutate(bases[number % bases.length], number));
  } catch (error) {
    parentPort.postMessage({ number, failed: error.stack ?? String(error) });
  }
}
