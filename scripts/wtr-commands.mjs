/**
 * What browser tests may ask of the machine they run on: the FAT tools of mtools and dosfstools,
 * and the pages of the guide that a test makes.
 *
 * Command `mtools-steps`: payload { image, steps: [{ tool, args, files }] }, bytes in base64. The
 * steps run one after the other on one image; the first that fails is the last.
 *   tool   one of TOOLS; nothing else runs, and never through a shell
 *   args   strings; IMAGE stands for the image's path, and FILE:<name> for a file of `files`
 *   image  the disk's bytes, or '' for a disk that the tool makes, or `sha256:<hex>` for one that
 *          was given or answered before
 *   files  { name: bytes } for the tool to read, and for it to write: all of them are read back
 * Result: { status, stdout, stderr, image, files } of the last step run, or { error } where a
 * command was refused, or { unknown: true } for an image that is not known any more. An image that
 * the tools left alone is not sent back: `image` is undefined then. A tool that takes longer than
 * 20 s is ended, and its status is -1.
 *
 * Each command has a folder of its own under the system's temporary one, removed when it is done.
 *
 * Command `made-page`: payload { page, table, text }, result { text }: what stands between
 * the two marks of that table. With NEPTUNE_MADE_PAGES=write in the environment `text` is put there
 * first.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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

/** A payload as it should be, or an error that says what is wrong with it. */
function checkPayload({ tool, args = [], image = '', files = {} } = {}) {
  if (!TOOLS.includes(tool)) throw new Error(`mtools: not a tool that tests may run: ${tool}`);
  if (!isStrings(args)) throw new Error('mtools: args must be strings');
  if (args.some((arg) => arg.startsWith('/') || arg.includes('..'))) {
    throw new Error('mtools: args may name the image and the files of this command only');
  }
  if (typeof image !== 'string') throw new Error('mtools: image must be base64');
  if (image.length > IMAGE_LIMIT) throw new Error('mtools: image is too large');
  for (const [name, bytes] of Object.entries(files)) {
    if (!FILE_NAME.test(name)) throw new Error(`mtools: bad file name: ${name}`);
    if (typeof bytes !== 'string') throw new Error('mtools: files must be base64');
  }
  return { tool, args, image, files };
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
        stdout: Buffer.concat(output.stdout).toString('base64'),
        stderr: Buffer.concat(output.stderr).toString('utf8'),
      });
    });
  });
}

async function readBase64(path) {
  try {
    return (await readFile(path)).toString('base64');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

/** Runs one checked command in a folder that holds the image. */
async function runIn(folder, { tool, args, files }) {
  const program = findProgram([tool]);
  if (!program) throw new Error(`mtools: ${tool} is not installed (npm test installs it)`);
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, `file-${name}`), Buffer.from(bytes, 'base64'));
  }
  const paths = args.map((arg) => {
    if (arg === 'IMAGE') return join(folder, 'disk.img');
    return arg.startsWith('FILE:') ? join(folder, `file-${arg.slice(5)}`) : arg;
  });
  const result = await run(program, paths, folder);
  const filesAfter = {};
  for (const name of Object.keys(files)) {
    filesAfter[name] = await readBase64(join(folder, `file-${name}`));
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
  if (image.startsWith('sha256:')) return images.get(image);
  const bytes = Buffer.from(image, 'base64');
  if (image) remember(bytes);
  return bytes;
}

/** What the tools made of an image, or undefined where they left it alone. */
async function changed(path, before) {
  const bytes = existsSync(path) ? await readFile(path) : Buffer.alloc(0);
  if (bytes.equals(before)) return undefined;
  remember(bytes);
  return bytes.toString('base64');
}

/** The commands of `steps` one after the other on one image; the first that fails is the last. */
export async function runSteps({ image = '', steps }) {
  if (!Array.isArray(steps) || steps.length === 0) throw new Error('mtools: no steps');
  const checked = steps.map((step) => checkPayload({ ...step, image }));
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
      if (command !== 'mtools-steps') return undefined;
      // A refusal is an answer for the test to judge, not an error of the server.
      return runSteps(payload).catch((error) => ({ error: error.message }));
    },
  };
}
