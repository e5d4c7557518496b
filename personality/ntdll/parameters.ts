/**
 * A process's own parameters: environment, current directory, and what its children get of them.
 *
 *   RtlQueryEnvironmentVariable_U, RtlSetEnvironmentVariable, RtlExpandEnvironmentStrings_U
 *   RtlGetCurrentDirectory_U, RtlSetCurrentDirectory_U, RtlGetFullPathName_U
 *   RtlCreateUserProcess(process, options)   starts an image with parameters: by default the
 *                                            caller's own environment, directories and handles
 *
 * A directory on a medium that cannot be taken out is kept open, so that it stays. On a disk it is
 * not: who holds a handle would keep the disk from being unmounted, formatted, or changed.
 */
import { expandStrings, fullPath } from '../rtl/dospath.ts';
import {
  FILE_DIRECTORY_FILE,
  FILE_LIST_DIRECTORY,
  FILE_REMOVABLE_MEDIA,
  FileFsDeviceInformation,
  SYNCHRONIZE,
} from '../rtl/nt.ts';
import { PROCESS_CREATE_FLAGS_INHERIT_HANDLES } from '../rtl/objects.ts';
import { encodeParameters, type ParameterParts } from '../rtl/processparameters.ts';
import type { ServiceOutput } from '../rtl/services.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import type { Awaitable } from '../sel4/types.ts';
import { openFile } from './files.ts';
import { NtClose, NtCreateProcessEx, NtQueryVolumeInformationFile } from './native.ts';
import type { NtProcess } from './types.ts';

/** STATUS_VARIABLE_NOT_FOUND where it is not set. */
export function RtlQueryEnvironmentVariable_U(
  { shared }: NtProcess,
  name: string,
): { status: number; value: string } {
  const value = shared.parameters.environment.get(name);
  const status = value === undefined ? Status.STATUS_VARIABLE_NOT_FOUND : Status.STATUS_SUCCESS;
  return { status, value: value ?? '' };
}

/** `undefined` takes it away. */
export function RtlSetEnvironmentVariable(
  { shared }: NtProcess,
  name: string,
  value: string | undefined,
): { status: number } {
  // The first unit may be `=`: drives' directories.
  if (name === '' || name.includes('=', 1) || `${name}${value}`.includes('\0'))
    return { status: Status.STATUS_INVALID_PARAMETER };
  try {
    shared.parameters.environment.set(name, value ?? '');
    return { status: Status.STATUS_SUCCESS };
  } catch (error) {
    if (error instanceof NtException) return { status: error.status };
    throw error;
  }
}

export function RtlExpandEnvironmentStrings_U({ shared }: NtProcess, text: string): string {
  return expandStrings(text, (name) => shared.parameters.environment.get(name));
}

export function RtlGetCurrentDirectory_U({ shared }: NtProcess): string {
  return shared.parameters.currentDirectory;
}

export function RtlGetFullPathName_U(
  { shared }: NtProcess,
  name: string,
  parameters = shared.parameters,
): string {
  return fullPath(name, (drive) => parameters.directoryOf(drive), parameters.currentDirectory);
}

/**
 * The status of what keeps it from being a directory; then nothing has changed. `parameters`: those
 * of a shell that has its own.
 */
export async function RtlSetCurrentDirectory_U(
  process: NtProcess,
  name: string,
  parameters = process.shared.parameters,
): Promise<{ status: number }> {
  const full = RtlGetFullPathName_U(process, name, parameters).replace(/(?<=[^:])\\$/, '');
  if (!/^[A-Z]:\\/.test(full)) return { status: Status.STATUS_OBJECT_NAME_INVALID };
  let handle: number;
  try {
    handle = await openFile(process, `\\??\\${full}`, {
      access: FILE_LIST_DIRECTORY | SYNCHRONIZE,
      options: FILE_DIRECTORY_FILE,
    });
  } catch (error) {
    if (error instanceof NtException) return { status: error.status };
    throw error;
  }
  const kept = await isFixed(process, handle);
  if (!kept) await NtClose(process, { handle });
  if (parameters.directoryHandle !== 0)
    await NtClose(process, { handle: parameters.directoryHandle });
  parameters.directoryHandle = kept ? handle : 0;
  parameters.currentDirectory = full;
  parameters.setDirectory(full);
  return { status: Status.STATUS_SUCCESS };
}

async function isFixed(process: NtProcess, handle: number): Promise<boolean> {
  const query = { handle, class: FileFsDeviceInformation, length: 8 };
  const { status, data } = await NtQueryVolumeInformationFile(process, query);
  return NT_SUCCESS(status) && (data[4]! & FILE_REMOVABLE_MEDIA) === 0;
}

export interface UserProcessOptions extends Partial<ParameterParts> {
  readonly image: string;
  /** It gets the caller's handles that are OBJ_INHERIT: standard handles must be. */
  readonly inherit?: boolean;
}

export function RtlCreateUserProcess(
  process: NtProcess,
  options: UserProcessOptions,
): Awaitable<ServiceOutput<'NtCreateProcessEx'>> {
  const { image, commandLine = '', inherit = false } = options;
  const own = process.shared.parameters;
  const parameters = encodeParameters({
    image,
    commandLine,
    environment: options.environment ?? own.environment,
    currentDirectory: options.currentDirectory ?? own.currentDirectory,
    standardInput: options.standardInput ?? (inherit ? own.standardInput : 0),
    standardOutput: options.standardOutput ?? (inherit ? own.standardOutput : 0),
    standardError: options.standardError ?? (inherit ? own.standardError : 0),
  });
  const flags = inherit ? PROCESS_CREATE_FLAGS_INHERIT_HANDLES : 0;
  return NtCreateProcessEx(process, { image, commandLine, flags, parameters });
}
