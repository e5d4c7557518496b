/**
 * Kills a page at a random moment of a random write load, again and again, and looks at the disk
 * that was kept.
 *
 *   await soakKills({ runs, seed, lanes, seconds, report })
 *
 * Run i has the seed `seed + i`, which decides the disk, the load, the moment and the way: the
 * page crashes, its process is killed, it is closed or loaded anew, or the whole browser is killed.
 * The next page has the disk in its drive again. fsck.fat then has no complaint but lost clusters
 * and the dirty bit, and each file is what history.mjs says it may be. Resolves to figures, among
 * them `failures`, each with its words; the disk of one is in build/soak. dist/ must be built.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from '../find-browser.mjs';
import { ROOT } from '../process.mjs';
import { fsckComplaints } from './fsck.mjs';
import { History } from './history.mjs';
import { Load, startOf } from './load.mjs';
import {
  FOLDER,
  found,
  insert,
  messages,
  perform,
  read,
  Refused,
  SCRATCH,
  startLane,
} from './page.mjs';

/** Then a browser with an empty profile. */
const RUNS_A_BROWSER = 25;

export async function soakKills({ runs, seed, lanes = 1, seconds = Infinity, report = () => {} }) {
  const result = { done: 0, failures: [], ways: {}, operations: 0, flushes: 0, whole: 0, mixed: 0 };
  const end = Date.now() + seconds * 1000;
  let next = 0;
  const take = (count) => {
    const first = next;
    next = Date.now() < end ? Math.min(runs, next + count) : next;
    return Array.from({ length: next - first }, (_, i) => seed + first + i);
  };
  const lane = async () => {
    for (let seeds = take(RUNS_A_BROWSER); seeds.length > 0; seeds = take(RUNS_A_BROWSER))
      await runBrowser(seeds, result, report);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { ...result, nextSeed: seed + next };
}

async function runBrowser(seeds, result, report) {
  const folder = mkdtempSync(join(SCRATCH, 'neptune-kills-'));
  const lane = await startLane(join(folder, 'profile'));
  try {
    let page = await lane.open();
    for (const seed of seeds) {
      const outcome = await runOnce(lane, page, seed, folder);
      page = outcome.page;
      add(result, outcome);
      report(outcome);
    }
  } finally {
    await lane.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function add(result, { seed, way, wrong, log, operations, flushes, files, whole }) {
  result.done++;
  result.ways[way] = (result.ways[way] ?? 0) + 1;
  result.operations += operations;
  result.flushes += flushes;
  result.whole += whole;
  result.mixed += files - whole;
  if (wrong.length > 0) result.failures.push({ seed, way, wrong, log });
}

async function runOnce(lane, before, seed, folder) {
  const { kind, way, operations, ms, clients } = startOf(seed);
  await insert(before, emptyDisk(kind));
  const work = new Work(before, seed, operations);
  const working = Array.from({ length: clients }, () => work.go());
  await Promise.race([work.begun.then(() => sleep(ms)), ...working]);
  work.over = true;
  const page = await lane.kill(before, way);
  await Promise.all(working);
  const { history, log, flushes, wrong } = work;
  const image = await found(page);
  const path = join(folder, 'found.img');
  writeFileSync(path, image);
  wrong.push(...fsckComplaints(path), ...(await messages(page)));
  const files = await read(page);
  wrong.push(...history.judge(files));
  if (wrong.length > 0) writeFileSync(join(ROOT, `${FOLDER}/${seed}.img`), image);
  const whole = history.whole().size;
  return {
    seed,
    way,
    page,
    wrong,
    log,
    operations: work.operations,
    flushes,
    files: files.size,
    whole,
  };
}

/** The name of an image in the page's folder. */
function emptyDisk(kind) {
  const name = `empty${kind.join('')}.img`;
  const path = join(ROOT, FOLDER, name);
  if (existsSync(path)) return name;
  const args = ['-C', ...kind.slice(0, -1), path, kind.at(-1)];
  const { status, stderr } = spawnSync(findProgram(['mkfs.fat']), args);
  if (status !== 0) throw new Error(`mkfs.fat: ${stderr}`);
  return name;
}

/** The load of one run, by as many clients as call `go`, until the page is gone. */
class Work {
  over = false;
  operations = 0;
  flushes = 0;
  history = new History();
  log = [];
  wrong = [];
  #page;
  #load;
  #busy = new Set();
  /** So many operations were begun. */
  begun;
  #left;
  #enough;

  constructor(page, seed, operations) {
    this.#page = page;
    this.#load = new Load(seed);
    this.#left = operations;
    this.begun = new Promise((enough) => (this.#enough = enough));
  }

  async go() {
    while (!this.over) {
      const operation = this.#load.next(this.#busy);
      const { change = {}, uses = [], flush, look } = operation;
      const paths = [...Object.keys(change), ...uses];
      for (const path of paths) this.#busy.add(path);
      const safe = flush || look ? this.history.flush() : undefined;
      const ended = this.history.begin(change);
      const words = describe(operation);
      this.log.push(words);
      if (--this.#left === 0) this.#enough();
      try {
        if (await perform(this.#page, operation)) {
          safe();
          this.flushes++;
          this.log.push(`${words}: safe`);
        }
      } catch (error) {
        if (error instanceof Refused || !this.over) this.wrong.push(error.message);
        return;
      }
      ended();
      this.operations++;
      for (const path of paths) this.#busy.delete(path);
    }
  }
}

function describe({ line, write, id, size, flush, look }) {
  if (flush) return 'sync A:';
  if (look) return 'unsaved?';
  return line ?? `write ${write}: ${id}, ${size} bytes`;
}
