/**
 * Many files into the box, one after the other: each image is kept, and of an archive each image
 * that is in it. What is none is named, and hinders nothing.
 *
 *   importFiles(kept, files, options)   resolves when all were looked at, or the signal says so
 */
import type { NeptuneOs } from '../element/index.ts';

export interface Failure {
  readonly file: string;
  readonly why: string;
}

export interface Imported {
  /** Names of the new disks. */
  readonly added: string[];
  readonly failed: Failure[];
  /** Files that were not looked at any more. */
  readonly left: number;
}

export interface ImportOptions {
  readonly signal: AbortSignal;
  onProgress(done: number, total: number, file: string): void;
}

type Keeps = Pick<NeptuneOs['kept'], 'add'>;

const MOST_IMAGES = 200;

export async function importFiles(
  kept: Keeps,
  files: readonly File[],
  { signal, onProgress }: ImportOptions,
): Promise<Imported> {
  const found = { added: [] as string[], failed: [] as Failure[], left: 0 };
  for (const [i, file] of files.entries()) {
    if (signal.aborted) return { ...found, left: files.length - i };
    onProgress(i, files.length, file.name);
    await importFile(kept, file, found, signal);
  }
  onProgress(files.length, files.length, '');
  return found;
}

async function importFile(
  kept: Keeps,
  file: File,
  found: Pick<Imported, 'added' | 'failed'>,
  signal: AbortSignal,
): Promise<void> {
  try {
    found.added.push(await kept.add(file));
  } catch (error) {
    const names = imagesOf(error);
    if (names.length === 0) return void found.failed.push({ file: file.name, why: textOf(error) });
    for (const pick of names.slice(0, MOST_IMAGES)) {
      if (signal.aborted) return;
      await kept.add(file, { pick, label: lastPart(pick) }).then(
        (name) => found.added.push(name),
        (why: unknown) => found.failed.push({ file: `${file.name}, ${pick}`, why: textOf(why) }),
      );
    }
  }
}

/** Of an archive that has several (ImageError): what `pick` takes. */
function imagesOf(error: unknown): readonly string[] {
  const { code, names } = (error ?? {}) as { code?: unknown; names?: unknown };
  return code === 'several' && Array.isArray(names) ? (names as string[]) : [];
}

const lastPart = (path: string): string => path.split(/[\\/]/).at(-1) || path;

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
