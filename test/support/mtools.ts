/**
 * FAT disks made and checked by programs that are not ours: mtools and dosfstools, run by the test
 * server (scripts/wtr-commands.mjs).
 *
 *   makeImage({ kib, files, ... })   a formatted disk with these files, as bytes
 *   makeMtoolsImage({ kib, files })  the same, formatted by mformat: a floppy's usual geometry
 *   fsck(image)                      what fsck.fat says; never repairs
 *   readFile(image, path)            a file's bytes
 *   listFiles(image)                 the paths of all files and directories, '/' between names
 *   runMtools(tool, args, image)     any of the allowed tools
 *
 * Paths in an image start without a slash: 'DOCS/readme.txt'. A tool that fails throws with what it
 * said, except in fsck, whose verdict is the result. Browser tests only.
 */
export interface ToolResult {
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
  /** The image after the tool ran; empty where there is none. */
  readonly image: Uint8Array;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

export interface MakeImageOptions {
  /** Size in KiB: 360, 720, 1200, 1440, 2880 for floppies; others for hard disks. */
  readonly kib: number;
  readonly fat?: 12 | 16 | 32;
  readonly sectorsPerCluster?: number;
  readonly rootEntries?: number;
  /** Up to 11 characters. */
  readonly label?: string;
  /** Eight hexadecimal digits: two images of the same contents are the same bytes but for times. */
  readonly volumeId?: string;
  /** Path -> contents. Directories on the way are made. */
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
  /** Directories to make besides those of `files`. */
  readonly directories?: readonly string[];
  /** Other arguments of mkfs.fat. */
  readonly extra?: readonly string[];
}

interface WireResult extends Omit<ToolResult, 'image'> {
  /** Why the server refused; nothing else is there then. */
  readonly error?: string;
  /** The image is to be sent whole; nothing else is there then. */
  readonly unknown?: true;
  /** Undefined: as it was given. */
  readonly image?: Uint8Array;
}

/** The form is that of scripts/wtr-commands.mjs. */
function pack(value: unknown): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const json = JSON.stringify(value, (_, inner: unknown) => {
    if (!(inner instanceof Uint8Array)) return inner;
    parts.push(inner.slice());
    return { bytes: inner.length };
  });
  const head = new TextEncoder().encode(json);
  return new Blob([new Uint32Array([head.length]), head, ...parts]);
}

function unpack(packed: ArrayBuffer): WireResult {
  let at = 4 + new DataView(packed).getUint32(0, true);
  const json = new TextDecoder().decode(new Uint8Array(packed, 4, at - 4));
  return JSON.parse(json, (_, value: { bytes?: unknown } | null) => {
    if (typeof value?.bytes !== 'number') return value;
    at += value.bytes;
    return new Uint8Array(packed.slice(at - value.bytes, at));
  }) as WireResult;
}

/** One command. In `args`, IMAGE stands for the image and FILE:<name> for a file of `files`. */
export interface ToolStep {
  readonly tool: string;
  readonly args: readonly string[];
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

async function nameOf(image: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', image.slice());
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'));
  return `sha256:${hex.join('')}`;
}

/** Runs commands one after the other on one image; the first that fails is the last. */
export async function runSteps(
  steps: readonly ToolStep[],
  image: Uint8Array = new Uint8Array(0),
): Promise<ToolResult> {
  const ask = async (given: string | Uint8Array): Promise<WireResult> => {
    const body = pack({ image: given, steps });
    const response = await fetch('/neptune-tools', { method: 'POST', body });
    return unpack(await response.arrayBuffer());
  };
  // By its name first: most images were sent or made a moment ago.
  let result = await ask(image.length > 0 ? await nameOf(image) : image);
  if (result.unknown) result = await ask(image);
  if (result.error !== undefined) throw new Error(result.error);
  return { ...result, image: result.image ?? image.slice() };
}

/** Runs one tool. */
export function runMtools(
  tool: string,
  args: readonly string[],
  image?: Uint8Array,
  files?: Readonly<Record<string, Uint8Array>>,
): Promise<ToolResult> {
  return runSteps([{ tool, args, files }], image);
}

function textOf(result: ToolResult): string {
  return new TextDecoder('latin1').decode(result.stdout);
}

async function mustRun(
  tool: string,
  args: readonly string[],
  image?: Uint8Array,
  files?: Readonly<Record<string, Uint8Array>>,
): Promise<ToolResult> {
  const result = await runMtools(tool, args, image, files);
  if (result.status === 0) return result;
  const said = `${result.stderr}${textOf(result)}`.trim();
  throw new Error(`${tool} ${args.join(' ')} ended with ${result.status}: ${said}`);
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** Directories first, each before those inside it; then the files. */
async function fill(empty: Uint8Array, options: MakeImageOptions): Promise<Uint8Array> {
  const files = options.files ?? {};
  const named = options.directories ?? [];
  const directories = new Set<string>();
  for (const path of [...Object.keys(files), ...named.map((name) => `${name}/`)]) {
    for (const parent of parentsOf(path)) directories.add(parent);
  }
  const steps: ToolStep[] = [];
  if (directories.size > 0) {
    const targets = [...directories].map((path) => `::/${path}`);
    steps.push({ tool: 'mmd', args: ['-i', 'IMAGE', ...targets] });
  }
  for (const [path, content] of Object.entries(files)) {
    const data = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    steps.push({
      tool: 'mcopy',
      args: ['-i', 'IMAGE', 'FILE:data', `::/${path}`],
      files: { data },
    });
  }
  if (steps.length === 0) return empty;
  const result = await runSteps(steps, empty);
  if (result.status !== 0) throw new Error(`filling the image: ${result.stderr}${textOf(result)}`);
  return result.image;
}

export async function makeImage(options: MakeImageOptions): Promise<Uint8Array> {
  const args = ['-C', '-F', String(options.fat ?? 12)];
  if (options.sectorsPerCluster) args.push('-s', String(options.sectorsPerCluster));
  if (options.rootEntries) args.push('-r', String(options.rootEntries));
  if (options.label) args.push('-n', options.label);
  if (options.volumeId) args.push('-i', options.volumeId);
  args.push(...(options.extra ?? []), 'IMAGE', String(options.kib));
  return fill((await mustRun('mkfs.fat', args)).image, options);
}

/** Formatted by mformat, which knows a floppy's geometry from its size. */
export async function makeMtoolsImage(options: MakeImageOptions): Promise<Uint8Array> {
  const args = ['-C', '-i', 'IMAGE', '-f', String(options.kib)];
  if (options.sectorsPerCluster) args.push('-c', String(options.sectorsPerCluster));
  if (options.label) args.push('-v', options.label);
  return fill((await mustRun('mformat', [...args, '::'])).image, options);
}

export interface FsckResult {
  readonly clean: boolean;
  readonly status: number;
  readonly output: string;
}

/** fsck.fat's verdict: 0 is clean, 1 is damage found (nothing is repaired). */
export async function fsck(image: Uint8Array): Promise<FsckResult> {
  const result = await runMtools('fsck.fat', ['-n', '-v', 'IMAGE'], image);
  const output = `${textOf(result)}${result.stderr}`;
  return { clean: result.status === 0, status: result.status, output };
}

export async function readFile(image: Uint8Array, path: string): Promise<Uint8Array> {
  return (await mustRun('mtype', ['-i', 'IMAGE', `::/${path}`], image)).stdout;
}

/** Directories end in '/', as mdir writes them. */
export async function listFiles(image: Uint8Array): Promise<string[]> {
  const result = await mustRun('mdir', ['-i', 'IMAGE', '-/', '-b', '-a', '::/'], image);
  const lines = textOf(result).split('\n');
  return lines
    .map((line) => line.trim().replace(/^::\//, ''))
    .filter((line) => line !== '')
    .sort();
}
