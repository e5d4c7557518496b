/**
 * Random programs of file operations by two clients at once on FAT12, FAT16 and FAT32; after each
 * the disk is judged by others.
 *
 *   await judge({ programs, seed, lanes, seconds, report })
 *
 * Program i has the seed `seed + i`, which decides the operations and, in turn, the disk: its kind,
 * and who formatted it: mkfs.fat, mtools or the system itself. Afterwards fsck.fat has no
 * complaint, and the system and mtools both find what a plain model has. Then mtools changes the
 * disk, and the system finds that. Resolves to figures, among them `failures`; the disk of one is
 * in build/soak. dist/ must be built.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../find-browser.mjs';
import { ROOT } from '../process.mjs';
import { fsckComplaints } from './fsck.mjs';
import { contentsOf, Load } from './load.mjs';
import { filesOf, mtools } from './mtools.mjs';
import { exported, FOLDER, insert, messages, perform, read, SCRATCH, startLane } from './page.mjs';

const PROGRAMS_A_BROWSER = 50;
const OPERATIONS = 40;
const CLIENTS = 2;

/** [drive, KiB, of mkfs.fat, of mformat, of the system's format]; C: is a disk in RAM. */
const DISKS = [
  ['A:', 360, ['-F', '12'], ['-f', '360'], ''],
  ['A:', 720, ['-F', '12', '-s', '1'], ['-f', '720', '-c', '1'], '/a:1024'],
  ['A:', 1440, ['-F', '12'], ['-f', '1440'], ''],
  [
    'C:',
    8192,
    ['-F', '16', '-s', '1'],
    ['-T', '16384', '-h', '2', '-s', '32', '-c', '1'],
    '/a:1024',
  ],
  [
    'C:',
    34_816,
    ['-F', '32', '-s', '1'],
    ['-T', '69632', '-h', '8', '-s', '32', '-F', '-c', '1'],
    '/fs:fat32 /a:512',
  ],
];
const MAKERS = ['mkfs.fat', 'mformat', 'format'];

export async function judge({ programs, seed, lanes = 1, seconds = Infinity, report = () => {} }) {
  const result = { done: 0, failures: [], kinds: {}, operations: 0, files: 0 };
  const end = Date.now() + seconds * 1000;
  let next = 0;
  const take = () => (Date.now() < end && next < programs ? seed + next++ : undefined);
  const lane = async () => {
    while (next < programs && Date.now() < end) await runBrowser(take, result, report);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { ...result, nextSeed: seed + next };
}

async function runBrowser(take, result, report) {
  const folder = mkdtempSync(join(SCRATCH, 'neptune-judged-'));
  const lane = await startLane(join(folder, 'profile'));
  try {
    const page = await lane.open();
    for (let count = 0; count < PROGRAMS_A_BROWSER; count++) {
      const seed = take();
      if (seed === undefined) return;
      const outcome = await runProgram(page, seed, folder);
      result.done++;
      result.kinds[outcome.kind] = (result.kinds[outcome.kind] ?? 0) + 1;
      result.operations += outcome.log.length;
      result.files += outcome.files;
      if (outcome.wrong.length > 0) result.failures.push(outcome);
      report(outcome);
    }
  } finally {
    await lane.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function runProgram(page, seed, folder) {
  const [drive, kib, ...ways] = DISKS[seed % DISKS.length];
  const which = Math.floor(seed / DISKS.length) % MAKERS.length;
  const kind = `${kib} KiB of ${MAKERS[which]}`;
  const path = join(folder, 'disk.img');
  const load = new Load(seed, drive);
  const log = [];
  const wrong = [];
  try {
    await format(page, { drive, kib, maker: MAKERS[which], how: ways[which] }, seed);
    const clients = Array.from({ length: CLIENTS }, () => new Set());
    const work = (own) => play(page, load, { own, clients, log });
    await Promise.all(clients.map(work));
    await perform(page, { flush: true });
    writeFileSync(path, await exported(page, drive));
    wrong.push(...fsckComplaints(path, true));
    wrong.push(...differences('mtools', filesOf(path, folder), load.files));
    wrong.push(...differences('the system', await read(page, drive), load.files));
    if (wrong.length === 0) wrong.push(...(await changedByOthers(page, drive, path, load.files)));
  } catch (error) {
    wrong.push(error.message);
  }
  wrong.push(...(await messages(page)).splice(0));
  await page.evaluate(() => void said.splice(0));
  if (wrong.length > 0 && load.files.size > 0)
    writeFileSync(join(ROOT, FOLDER, `judged${seed}.img`), await exported(page, drive));
  return { seed, kind, wrong, log, files: load.files.size };
}

async function play(page, load, { own, clients, log }) {
  for (let count = 0; count < OPERATIONS / CLIENTS; count++) {
    const busy = new Set(clients.flatMap((set) => [...set]));
    const operation = load.next(busy);
    const paths = [...Object.keys(operation.change ?? {}), ...(operation.uses ?? [])];
    for (const each of paths) own.add(each);
    log.push(operation.line ?? operation.write ?? 'sync');
    await perform(page, operation);
    own.clear();
  }
}

/** An empty disk in the drive. */
async function format(page, { drive, kib, maker, how }, seed) {
  const name = `judged${seed}-empty.img`;
  const path = join(ROOT, FOLDER, name);
  rmSync(path, { force: true });
  try {
    if (maker === 'mkfs.fat') run('mkfs.fat', ['-C', ...how, path, String(kib)]);
    else writeFileSync(path, Buffer.alloc(kib * 1024));
    if (maker === 'mformat') mtools('mformat', path, ...how, '::');
    await insert(page, name, drive);
    if (maker === 'format') await perform(page, { line: `format ${drive} /q /y ${how}` });
  } finally {
    rmSync(path, { force: true });
  }
}

function run(tool, args) {
  const { status, stderr } = spawnSync(findProgram([tool]), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${tool}: ${stderr}`);
}

/** mtools makes, replaces and removes a file on what the system wrote. */
async function changedByOthers(page, drive, path, files) {
  const expected = new Map(files);
  const file = `${path}.file`;
  const [gone, replaced] = files.keys();
  const posix = (name) => `::/${name.replaceAll('\\', '/')}`;
  for (const [name, id] of [
    ['Made by mtools.txt', 7001],
    [replaced, 7002],
  ]) {
    if (name === undefined) continue;
    const contents = Buffer.from(contentsOf(id, 3000));
    writeFileSync(file, contents);
    mtools('mcopy', path, '-o', file, posix(name));
    expected.set(name, contents);
  }
  if (gone !== undefined) {
    mtools('mdel', path, posix(gone));
    expected.delete(gone);
  }
  const complaints = fsckComplaints(path, true);
  const name = 'changed.img';
  const shown = join(ROOT, FOLDER, name);
  run('cp', [path, shown]);
  await insert(page, name, drive);
  rmSync(shown);
  return [
    ...complaints,
    ...differences('the system, after mtools', await read(page, drive), expected),
  ];
}

function differences(who, found, expected) {
  const wrong = [];
  for (const [path, contents] of expected) {
    const bytes = found.get(path);
    if (!bytes) wrong.push(`${who}: ${path} is missing`);
    else if (!bytes.equals(contents)) wrong.push(`${who}: ${path} is not what was written`);
  }
  for (const path of found.keys()) if (!expected.has(path)) wrong.push(`${who}: whose is ${path}?`);
  return wrong;
}
