/**
 * Paths as people type them, and as the system wants them.
 *
 * A drive has a current directory of its own. A full path is `A:\DIR\NAME`; its NT name is
 * `\??\A:\DIR\NAME`. `.` and `..` are resolved here, and never lead above the root. Forward slashes
 * are taken for backslashes.
 *
 * A name such as NUL is a device in every directory. `resolve` refuses it, so that no command makes
 * a file of that name or deletes one; those that can do with a device ask `resolveAny`.
 */
import { dosDeviceOf } from '../rtl/names.ts';
import { ProcessParameters } from '../rtl/processparameters.ts';
import * as Status from '../rtl/ntstatus.ts';
import { CommandError } from './command-error.ts';
import { named } from './screen.ts';

/** The devices that there are: the null driver, and the terminal. */
const DEVICES = ['NUL', 'CON'] as const;
export type Device = (typeof DEVICES)[number];

export interface FullPath {
  /** `A:` */
  drive: string;
  /** Components from the root. */
  parts: string[];
  /** The path was typed with a `\` at its end: a directory is meant. */
  directory: boolean;
  /** It is no file, but this. */
  device?: Device;
}

/** They are in the process's parameters: what it starts begins where it is. */
export class Directories {
  readonly #parameters: ProcessParameters;

  constructor(parameters = new ProcessParameters()) {
    this.#parameters = parameters;
  }

  get drive(): string {
    return this.#parameters.currentDirectory.slice(0, 2);
  }

  set drive(drive: string) {
    this.#parameters.setDrive(drive.toUpperCase());
  }

  current(drive = this.drive): FullPath {
    const [, ...parts] = this.#parameters.directoryOf(drive).split('\\');
    return { drive, parts: parts.filter((part) => part !== ''), directory: true };
  }

  /** What goes back to where everything is now. */
  remember(): () => void {
    const parameters = this.#parameters;
    const here = parameters.currentDirectory;
    const drives = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('').map((letter) => `${letter}:`);
    const all = drives.map((drive) => parameters.directoryOf(drive));
    return () => {
      for (const directory of all) parameters.setDirectory(directory);
      parameters.setDirectory(here);
      parameters.setDrive(here.slice(0, 2));
    };
  }

  change(path: FullPath): void {
    this.#parameters.setDirectory(fullName(path));
  }

  /** A file or a directory. */
  resolve(typed: string): FullPath {
    const path = this.resolveAny(typed);
    if (!path.device) return path;
    throw new CommandError(Status.STATUS_OBJECT_NAME_INVALID, `${path.device} is a device`);
  }

  /** A file, a directory, or a device. */
  resolveAny(typed: string): FullPath {
    const path = this.#resolve(typed);
    const name = dosDeviceOf(lastPart(path));
    if (name === undefined) return path;
    const device = DEVICES.find((known) => known === name);
    if (!device) throw new CommandError(Status.STATUS_NO_SUCH_DEVICE, name);
    return { ...path, device };
  }

  #resolve(typed: string): FullPath {
    const match = /^([a-z]:)?(.*)$/is.exec(typed.replaceAll('/', '\\'))!;
    const drive = (match[1] ?? this.drive).toUpperCase();
    const rest = match[2]!;
    const parts = rest.startsWith('\\') ? [] : this.current(drive).parts;
    for (const part of rest.split('\\')) {
      if (part === '' || part === '.') continue;
      if (part === '..') parts.pop();
      else parts.push(part);
    }
    return { drive, parts, directory: /(^|\\)$/.test(rest) || /(^|\\)\.\.?$/.test(rest) };
  }
}

/** `A:\DIR\NAME` */
export function fullName(path: FullPath): string {
  if (path.device) return path.device;
  return `${path.drive}\\${path.parts.join('\\')}`;
}

/** The same for who reads it (screen.ts). */
export function showPath(path: FullPath): string {
  return named(fullName(path));
}

/** `\??\A:\DIR\NAME`, `\??\NUL` */
export function ntPath(path: FullPath): string {
  return `\\??\\${fullName(path)}`;
}

/** The volume itself: `\??\A:` */
export function ntVolume(drive: string): string {
  return `\\??\\${drive}`;
}

export function parentOf(path: FullPath): FullPath {
  return { drive: path.drive, parts: path.parts.slice(0, -1), directory: true };
}

export function childOf(path: FullPath, name: string): FullPath {
  return { drive: path.drive, parts: [...path.parts, name], directory: false };
}

export function lastPart(path: FullPath): string {
  return path.parts.at(-1) ?? '';
}
