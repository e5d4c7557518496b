/**
 * Words that the parts of the element share: drives, disks in them, and the details of events.
 */
import type { TimeState } from '../host/record/types.ts';
import { visibleName } from '../store/share/visible.ts';
import { booleanOf, type Content, isUrl, optionsOf, textOf, wrong } from './arguments.ts';

/** Why nothing begins. */
export const REMOVED = 'The element was removed.';

export type * from './medium/types.ts';

export const DRIVES = ['A:', 'B:'] as const;
export type Drive = (typeof DRIVES)[number];

/** Throws a TypeError where the machine has no such drive. `a`, `a:` and `A:` are one. */
export function driveNamed(name: unknown): Drive {
  const typed = textOf(name, 'The drive');
  const letter = `${typed.replace(/[:\\/]+$/, '').toUpperCase()}:`;
  const found = DRIVES.find((drive) => drive === letter);
  if (!found)
    throw new TypeError(`"${visibleName(typed)}" is not a drive of this machine: A: and B: are.`);
  return found;
}

/** An image: its bytes in any form, or where to fetch them; a string is an address. */
export type ImageSource = Content | URL;

export interface InsertOptions {
  /** A word for people; without one, the file's name. */
  label?: string;
  writeProtected?: boolean;
  /** Which image of a ZIP archive, by its name there. Default: the only one. */
  pick?: string;
  /** What a link changes of the image: text of a link's disk that begins with `2.`. */
  overlay?: string;
  /**
   * The prefix under which the disk is kept in this browser, `false` to keep nothing. Default: the
   * element's `persist`.
   */
  persist?: string | boolean;
}

/** What a page passed as options of a disk, each property read once. */
export function insertOptionsOf(value: unknown): InsertOptions {
  return optionsOf<InsertOptions>(value, 'The options', {
    label: textOf,
    writeProtected: booleanOf,
    pick: textOf,
    overlay: textOf,
    persist(given, what) {
      if (typeof given !== 'string' && typeof given !== 'boolean')
        throw wrong(what, 'a string, true or false', given);
      return given;
    },
  });
}

/** How an image is taken. */
export interface ExportOptions {
  /**
   * As the disk is now: what the system has still to write, and perhaps cannot, is not waited for.
   * Of `A:` and `B:`.
   */
  asIs?: boolean;
}

/** A disk that is in its drive from the start. */
export interface FirstDisk extends InsertOptions {
  image: ImageSource;
}

/** What became of a disk that was to be in its drive from the start. */
export interface FirstDiskResult {
  drive: Drive;
  /** Whether it came into the drive. */
  arrived: boolean;
  /** Why not, in words. */
  why: string;
}

/** `loading`: empty, and a disk is on its way. */
export type DiskState = 'empty' | 'loading' | 'unkept' | 'kept' | 'protected';

/** What people are told about a drive. */
export interface DriveView {
  readonly drive: Drive;
  readonly state: DiskState;
  readonly label: string;
  /** Bytes of the image, 0 for an empty drive. */
  readonly bytes: number;
  /** The state in words. */
  readonly words: string;
  /** It is to be kept, and the store has not acknowledged all of it. */
  readonly unsaved: boolean;
  /** Somebody changed it, and nobody is to keep it. */
  readonly unkept: boolean;
  /** What is written to it is to be kept. */
  readonly keeps: boolean;
  /** It is the page's alone: there is no place where it is kept, or is to be. */
  readonly homeless: boolean;
  /** What of the disk cannot be read, in words; empty: nothing. */
  readonly damage: string;
  /** The disk's own tab is open: its owner wants it write-protected. */
  readonly tab: boolean;
  /** Something is being done with the drive. */
  readonly busy: boolean;
  /** What of the disk that is on its way is here, in bytes; `total` is 0 where it is not known. */
  readonly coming?: { readonly name: string; readonly done: number; readonly total: number };
}

export type DiskEvent = 'inserted' | 'ejected' | 'written' | 'saved';

export interface OutputDetail {
  text: string;
}

export interface DiskDetail {
  drive: Drive;
  change: DiskEvent;
}

/** A disk is about to leave its drive: `preventDefault()` keeps it in. */
export interface BeforeEjectDetail {
  drive: Drive | 'C:';
}

/** A command line has ended. */
export interface CommandDetail {
  /** As it was typed, or given to `exec`. Empty: more than some 3,000 characters were typed. */
  line: string;
  /** NTSTATUS; 0 is success. */
  status: number;
  /** At the terminal, by the reader or by `run`; else by `exec`. */
  typed: boolean;
}

/** All kept disks are asked for, to put one into it: `preventDefault()` says they are shown. */
export interface BoxDetail {
  drive: Drive;
}

export interface UnsavedDetail {
  /** Empty: a disk that is in no drive any more. */
  drive: Drive | '';
  unsaved: boolean;
}

export interface UnkeptDetail {
  /** Empty: a disk that is in no drive any more. */
  drive: Drive | '';
  unkept: boolean;
}

export interface FaultDetail {
  /** The image that ran, such as `fatfs.sys`. */
  process: string;
  /** NTSTATUS of the exception. */
  status: number;
  restarted: boolean;
}

export interface ProgressDetail {
  /** The system's own code, files that are copied in, or the disk that is to come into a drive. */
  what: 'system' | 'files' | Drive;
  /** Bytes; the last event has as many done as in total. */
  done: number;
  /** 0: not known. */
  total: number;
}

export interface ErrorDetail {
  /** One line for people. */
  message: string;
  error?: unknown;
}

/** The events of `<neptune-os>` by their names. All bubble and are composed. */
export interface NeptuneEventMap {
  'neptune-ready': CustomEvent<null>;
  'neptune-output': CustomEvent<OutputDetail>;
  'neptune-disk': CustomEvent<DiskDetail>;
  'neptune-before-eject': CustomEvent<BeforeEjectDetail>;
  'neptune-command': CustomEvent<CommandDetail>;
  'neptune-fault': CustomEvent<FaultDetail>;
  'neptune-unsaved': CustomEvent<UnsavedDetail>;
  'neptune-unkept': CustomEvent<UnkeptDetail>;
  'neptune-progress': CustomEvent<ProgressDetail>;
  'neptune-kept': CustomEvent<null>;
  'neptune-time': CustomEvent<TimeState>;
  'neptune-box': CustomEvent<BoxDetail>;
  'neptune-error': CustomEvent<ErrorDetail>;
}

export interface ShareOptions {
  /** Whose disks go into the link. Default: every disk that is in a drive. */
  drives?: readonly string[];
  /** Command lines that the reader is offered to run, separated by newlines. */
  run?: string;
  /** A file that the reader is shown at the start, such as `A:\\DIR\\NAME.TXT`. */
  open?: string;
  /**
   * Whether a disk that came from an address is fetched from there again by the reader, and only
   * what is different lies in the link. Default: where the whole would be too long to be sent.
   */
  overlay?: boolean;
  /** The address that boots what the link carries. Default: `share-base`, else the site. */
  base?: string | URL;
}

export function shareOptionsOf(value: unknown): ShareOptions {
  return optionsOf<ShareOptions>(value, 'The options', {
    drives: drivesOf,
    run: textOf,
    open: textOf,
    overlay: booleanOf,
    base(given, what) {
      if (typeof given !== 'string' && !isUrl(given)) throw wrong(what, 'a string or a URL', given);
      const address = typeof given === 'string' ? given : given.href;
      if (!URL.canParse(address, document.baseURI))
        throw new TypeError(`${what} is no address: "${visibleName(address)}".`);
      return new URL(address, document.baseURI);
    },
  });
}

export interface TypeOptions {
  /**
   * The lines belong to the disks that are in these drives now: those not typed yet are dropped
   * when one of the disks leaves.
   */
  drives?: readonly string[];
}

export function typeOptionsOf(value: unknown): { drives?: readonly Drive[] } {
  return optionsOf<{ drives?: readonly Drive[] }>(value, 'The options', { drives: drivesOf });
}

function drivesOf(value: unknown, what: string): readonly Drive[] {
  if (!Array.isArray(value)) throw wrong(what, 'an array of drives', value);
  return value.map(driveNamed);
}

/** A disk in no drive that the store has not taken yet, or is not to take. */
export interface LooseDisk {
  readonly id: string;
  readonly label: string;
  readonly bytes: number;
  readonly words: string;
  readonly toBeKept: boolean;
}
