/**
 * What a process of the browser holds of memory, as Linux counts it.
 *
 *   memoryOf(pid)    { private, pss, rss } in MiB; `private` is what would be free without it
 *   touchedOf(pid, bytes)
 *                    MiB that were ever written, of mappings of just that size: the pages of a Wasm
 *                    memory are nothing before
 *   workersOf(pid)   how many dedicated workers run in it
 *
 * Source: proc(5), /proc/pid/smaps and smaps_rollup.
 */
import { readdirSync, readFileSync } from 'node:fs';

const KIB = 1024;

function fields(text, ...names) {
  return names.reduce((sum, name) => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text);
    return sum + Number(found?.[1] ?? 0) / KIB;
  }, 0);
}

export function memoryOf(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return {
    private: fields(text, 'Private_Clean', 'Private_Dirty'),
    pss: fields(text, 'Pss'),
    rss: fields(text, 'Rss'),
  };
}

export function touchedOf(pid, bytes) {
  const mappings = readFileSync(`/proc/${pid}/smaps`, 'utf8').split(/^(?=[\da-f]+-[\da-f]+ )/m);
  const touched = mappings.map((text) => {
    const [, first, end] = /^([\da-f]+)-([\da-f]+) rw/.exec(text) ?? [];
    const size = first ? parseInt(end, 16) - parseInt(first, 16) : 0;
    return size === bytes ? fields(text, 'Private_Clean', 'Private_Dirty') : 0;
  });
  return touched.reduce((sum, one) => sum + one, 0);
}

export function workersOf(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  const names = threads.map((id) => readFileSync(`/proc/${pid}/task/${id}/comm`, 'utf8'));
  return names.filter((name) => name.startsWith('DedicatedWorker')).length;
}
