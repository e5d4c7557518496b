/**
 * What browser tests may ask of the machine they run on: the FAT tools of mtools and dosfstools,
 * and the pages of the guide that a test makes.
 *
 * POST /neptune-tools: { image, steps: [{ tool, args, files }] }, packed as below. The
 * steps run one after the other on one image; the first that fails is the last.
 *   tool   one of TOOLS; nothing else runs, and never through a shell
 *   args   strings; IMAGE stands for the image's path, and FILE:<name> for a file of `files`
 *   image  the disk's bytes, or none for a disk that the tool makes, or `sha256:<hex>` for one that
 *          was given or answered before
 *   files  { name: bytes } for the tool to read, and for it to write: all of them are read back
 * Answer: { status, stdout, stderr, image, files } of the last step run, or { error } where a
 * command was refused, or { unknown: true } for an image that is not known any more. An image that
 * the tools left alone is not sent back: `image` is undefined then. A tool that takes longer than
 * 20 s is ended, and its status is -1.
 *
 * Packed: the length of what follows in 4 bytes (little-endian), JSON in which each Uint8Array is
 * { bytes: its length }, then their bytes, in the order of the JSON. Not by the test runner's own
 * commands: what goes through its socket is text, and is told to the runner twice.
 *
 * Each request has a folder of its own under the system's temporary one, removed when it is done.
 *
 * POST /neptune-recordings?name=TEXT: a recording (test/support/kept.ts); answers with the name of
 * its file, below build/recordings.
 *
 * Command `made-page`: payload { page, table, text }, result { text }: what stands between
 * the two marks of that table. With NEPTUNE_MADE_PAGES=write in the environment `text` is put there
 * first.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './find-browser.mjs';

const TOOLS = [
  'mkfs.fat',
  'fsck.fat',
  'mformat',
  'mcopy',
  'mmd',
  'mrd',
  'mren',
  'mattrib',
  'mdir',
  'mtype',
  'mdel',
  'mdeltree',
  'mlabel',
  'minfo',
  'mshowfat',
];
/** Memory, where there is such a folder: images come and go by the hundred. */
const SCRATCH = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const MOST_IMAGES = 32;
const TIME_LIMIT_MS = 20_000;
const IMAGE_LIMIT = 64 << 20;
const FILE_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;

function isStrings(value) {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** A step as it should be, or an error that says what is wrong with it. */
function checkStep({ tool, args = [], files = {} } = {}) {
  if (!TOOLS.includes(tool)) throw new Error(`mtools: not a tool that tests may run: ${tool}`);
  if (!isStrings(args)) throw new Error('mtools: args must be strings');
  if (args.some((arg) => arg.startsWith('/') || arg.includes('..'))) {
    throw new Error('mtools: args may name the image and the files of this command only');
  }
  for (const [name, bytes] of Object.entries(files)) {
    if (!FILE_NAME.test(name)) throw new Error(`mtools: bad file name: ${name}`);
    if (!(bytes instanceof Uint8Array)) throw new Error('mtools: files must be bytes');
  }
  return { tool, args, files };
}

function run(program, args, folder) {
  return new Promise((resolve, reject) => {
    // MTOOLS_SKIP_CHECK lets mtools read disks whose boot sector is odd in ways that do not matter.
    const env = { ...process.env, MTOOLSRC: '/dev/null', MTOOLS_SKIP_CHECK: '1', TZ: 'UTC' };
    const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: [], stderr: [] };
    child.stdout.on('data', (chunk) => output.stdout.push(chunk));
    child.stderr.on('data', (chunk) => output.stderr.push(chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT_MS);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({
        status: code ?? -1,
        stdout: plain(Buffer.concat(output.stdout)),
        stderr: Buffer.concat(output.stderr).toString('utf8'),
      });
    });
  });
}

/** A Buffer writes itself into JSON, number by number. */
const plain = ({ buffer, byteOffset, length }) => new Uint8Array(buffer, byteOffset, length);

async function readIfThere(path) {
  try {
    return plain(await readFile(path));
  } catch (error) {
    if (error.code === 'ENOENT') return new Uint8Array(0);
    throw error;
  }
}

/** Runs one checked command in a folder that holds the image. */
async function runIn(folder, { tool, args, files }) {
  const program = findProgram([tool]);
  if (!program) throw new Error(`mtools: ${tool} is not installed (npm test installs it)`);
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, `file-${name}`), bytes);
  }
  const paths = args.map((arg) => {
    if (arg === 'IMAGE') return join(folder, 'disk.img');
    return arg.startsWith('FILE:') ? join(folder, `file-${arg.slice(5)}`) : arg;
  });
  const result = await run(program, paths, folder);
  const filesAfter = {};
  for (const name of Object.keys(files)) {
    filesAfter[name] = await readIfThere(join(folder, `file-${name}`));
  }
  return { ...result, files: filesAfter };
}

/** The last images by their names, so that reading a disk's files does not send it each time. */
const images = new Map();

function remember(bytes) {
  const name = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  images.delete(name);
  images.set(name, bytes);
  if (images.size > MOST_IMAGES) images.delete(images.keys().next().value);
}

function bytesOf(image) {
  if (typeof image === 'string') return images.get(image);
  if (!(image instanceof Uint8Array)) throw new Error('mtools: image must be bytes');
  if (image.length > IMAGE_LIMIT) throw new Error('mtools: image is too large');
  if (image.length > 0) remember(image);
  return image;
}

/** What the tools made of an image, or undefined where they left it alone. */
async function changed(path, before) {
  const bytes = await readIfThere(path);
  if (Buffer.compare(bytes, before) === 0) return undefined;
  remember(bytes);
  return bytes;
}

/** The commands of `steps` one after the other on one image; the first that fails is the last. */
export async function runSteps({ image = new Uint8Array(0), steps }) {
  if (!Array.isArray(steps) || steps.length === 0) throw new Error('mtools: no steps');
  const checked = steps.map(checkStep);
  const before = bytesOf(image);
  if (!before) return { unknown: true };
  const folder = await mkdtemp(join(SCRATCH, 'neptune-mtools-'));
  try {
    const imagePath = join(folder, 'disk.img');
    if (before.length > 0) await writeFile(imagePath, before);
    let result;
    for (const step of checked) {
      result = await runIn(folder, step);
      if (result.status !== 0) break;
    }
    return { ...result, image: await changed(imagePath, before) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function unpack(packed) {
  let at = 4 + packed.readUInt32LE(0);
  return JSON.parse(packed.toString('utf8', 4, at), (_, value) => {
    if (typeof value?.bytes !== 'number') return value;
    at += value.bytes;
    return packed.subarray(at - value.bytes, at);
  });
}

function pack(value) {
  const parts = [];
  const json = JSON.stringify(value, (_, inner) => {
    if (!(inner instanceof Uint8Array)) return inner;
    parts.push(inner);
    return { bytes: inner.length };
  });
  const head = Buffer.from(json);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, ...parts]);
}

/** Middleware of the test server. */
export async function neptuneTools(context, next) {
  if (context.method !== 'POST' || context.path !== '/neptune-tools') return next();
  const parts = [];
  for await (const part of context.req) parts.push(part);
  // A refusal is an answer for the test to judge, not an error of the server.
  const answer = await runSteps(unpack(Buffer.concat(parts))).catch((error) => ({
    error: error.message,
  }));
  context.type = 'application/octet-stream';
  context.body = pack(answer);
}

const RECORDINGS = 'build/recordings';
const LONGEST_NAME = 80;
let recordings = 0;

/** Middleware of the test server. */
export async function neptuneRecordings(context, next) {
  if (context.method !== 'POST' || context.path !== '/neptune-recordings') return next();
  const parts = [];
  for await (const part of context.req) parts.push(part);
  const name = String(context.query.name ?? '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(0, LONGEST_NAME);
  const file = `${RECORDINGS}/${name}-${process.pid}-${++recordings}.neptune`;
  const folder = new URL(`../${RECORDINGS}/`, import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL(`../${file}`, import.meta.url), Buffer.concat(parts));
  // A reporter may show no more than the first line of what a test says.
  console.log(`The session's recording: ${file}`);
  context.body = file;
}

const MADE_PAGES = { 'store-failures': 'docs/store-failures.md', seh: 'docs/seh.md' };

async function madePage({ page, table, text }) {
  const file = new URL(`../${MADE_PAGES[page]}`, import.meta.url);
  const before = await readFile(file, 'utf8');
  const mark = `<!-- table ${table}, made by a test -->\n`;
  const [head, found, tail] = before.split(mark);
  if (process.env.NEPTUNE_MADE_PAGES !== 'write') return { text: found };
  await writeFile(file, [head, text, tail].join(mark));
  return { text };
}

export function neptuneCommands() {
  return {
    name: 'neptune-commands',
    executeCommand({ command, payload }) {
      if (command === 'made-page') return madePage(payload);
      return undefined;
    },
  };
}
