/**
 * What `addFiles` is given, looked at when it is called: everything is read once, here.
 *
 *   addOptionsOf(files, options)
 */
import { callbackOf, isArray, isBlob, isFile, isFileList, isSignal } from './arguments.ts';
import { optionsOf, textOf, wrong } from './arguments.ts';

/** A file with the path that it is to have; without a file it is a folder. */
export interface AddItem {
  path: string;
  file?: Blob;
}

/** Files of a FileList and of a chosen folder have their relative paths with them. */
export type Addable = FileList | readonly (File | AddItem)[];

export type AddAnswer = 'replace' | 'keep-both' | 'skip';

/** What stands in a file's way. */
export interface AddConflict {
  /** Where it was to go. */
  path: string;
  size: number;
  modified: Date | undefined;
  /** What is there. A folder is never replaced: `replace` keeps both then. */
  existing: { size: number; modified: Date; directory: boolean };
}

export interface AddRename {
  /** As it was given, relative. */
  from: string;
  /** As it will be on the disk, relative. */
  to: string;
}

export interface AddProgress {
  /** The file at work, as it is called on the disk. */
  path: string;
  /** Files that are on the disk as a whole, of how many. */
  written: number;
  files: number;
  /** Bytes of all files. */
  done: number;
  total: number;
}

export interface AddOptions {
  /**
   * What becomes of a file whose name is taken. A function is asked for each; it may answer
   * `{ answer, all: true }`. Without it a taken name is an error, and nothing is copied.
   */
  conflict?: AddAnswer | ((conflict: AddConflict) => AddReply | Promise<AddReply>);
  /** Told before anything is copied of names that FAT cannot hold; `false` gives all of it up. */
  names?: (renames: AddRename[]) => boolean | void | Promise<boolean | void>;
  onProgress?: (progress: AddProgress) => void;
  signal?: AbortSignal;
}

export type AddReply = AddAnswer | { answer: AddAnswer; all?: boolean };

/** What has been copied. */
export interface AddedFile {
  path: string;
  size: number;
}

export interface CheckedAdd extends AddOptions {
  readonly items: readonly AddItem[];
}

const ANSWERS: readonly unknown[] = ['replace', 'keep-both', 'skip'];

const isAnswer = (value: unknown): value is AddAnswer => ANSWERS.includes(value);

export function addOptionsOf(files: unknown, options: unknown): CheckedAdd {
  if (!isArray(files) && !isFileList(files)) throw wrong('The files', 'an array of files', files);
  const checked = optionsOf<AddOptions>(options, 'The options', {
    conflict(value, what) {
      if (!isAnswer(value) && typeof value !== 'function')
        throw wrong(what, 'a function, "replace", "keep-both" or "skip"', value);
      return value as AddAnswer;
    },
    names: callbackOf,
    onProgress: callbackOf,
    signal(value, what) {
      if (!isSignal(value)) throw wrong(what, 'an AbortSignal', value);
      return value;
    },
  });
  return { ...checked, items: Array.from(files as ArrayLike<unknown>, itemOf) };
}

function itemOf(value: unknown): AddItem {
  if (isFile(value)) return { path: value.webkitRelativePath || value.name, file: value };
  const { path, file } = (value ?? {}) as Partial<Record<keyof AddItem, unknown>>;
  if (file !== undefined && !isBlob(file)) throw wrong('A file', 'a File or a Blob', file);
  const item: AddItem = { path: textOf(path, "A file's path") };
  if (file) item.file = file;
  return item;
}
