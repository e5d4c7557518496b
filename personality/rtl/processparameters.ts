/**
 * What a process is started with (RTL_USER_PROCESS_PARAMETERS): image, command line, environment,
 * current directory, standard handles.
 *
 *   new ProcessParameters(parts)
 *   encodeParameters(parameters)   as it goes to the new process
 *   decodeParameters(bytes)        STATUS_INVALID_PARAMETER where it makes no sense
 *
 * The layout is NT's for 32 bits, up to the environment: UNICODE_STRINGs name their text by its
 * offset in the block, as in a block that is not normalized. The current directory is a DOS path;
 * those of other drives are the variables `=A:` and so on.
 */
import { Environment } from './environment.ts';
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';
import { decodeUtf16, encodeUtf16 } from './utf16.ts';

export interface ParameterParts {
  readonly image: string;
  readonly commandLine: string;
  readonly environment: Environment;
  readonly currentDirectory: string;
  readonly standardInput: number;
  readonly standardOutput: number;
  readonly standardError: number;
}

export class ProcessParameters implements ParameterParts {
  readonly image: string;
  readonly commandLine: string;
  environment: Environment;
  /** `A:\DIR` */
  currentDirectory: string;
  /** The handle of the current directory; 0 where none is kept. */
  directoryHandle = 0;
  /** 0: none. */
  standardInput: number;
  standardOutput: number;
  standardError: number;

  constructor(parts: Partial<ParameterParts> = {}) {
    this.image = parts.image ?? '';
    this.commandLine = parts.commandLine ?? '';
    this.environment = parts.environment ?? new Environment();
    this.currentDirectory = parts.currentDirectory ?? 'A:\\';
    this.standardInput = parts.standardInput ?? 0;
    this.standardOutput = parts.standardOutput ?? 0;
    this.standardError = parts.standardError ?? 0;
  }

  /** The current directory of a drive: `A:\` where it was never changed. */
  directoryOf(drive: string): string {
    if (this.currentDirectory.startsWith(drive)) return this.currentDirectory;
    return this.environment.get(`=${drive}`) ?? `${drive}\\`;
  }

  /** Of its own drive; the current one stays. */
  setDirectory(directory: string): void {
    const drive = directory.slice(0, 2);
    const root = directory === `${drive}\\`;
    this.environment.set(`=${drive}`, root ? '' : directory);
    if (this.currentDirectory.startsWith(drive)) this.currentDirectory = directory;
  }

  setDrive(drive: string): void {
    this.currentDirectory = this.directoryOf(drive);
  }
}

const HEADER = 0x90;
/** RTL_USER_PROC_PARAMS_NORMALIZED is not set: texts are named by offsets. */
const [INPUT, OUTPUT, ERROR] = [0x18, 0x1c, 0x20];
const [DIRECTORY, IMAGE, COMMAND_LINE, ENVIRONMENT, ENVIRONMENT_SIZE] = [
  0x24, 0x38, 0x40, 0x48, 0x4c,
];

export function encodeParameters(parameters: ParameterParts): Uint8Array {
  const texts = [
    [DIRECTORY, encodeUtf16(parameters.currentDirectory)],
    [IMAGE, encodeUtf16(parameters.image)],
    [COMMAND_LINE, encodeUtf16(parameters.commandLine)],
  ] as const;
  const block = parameters.environment.block();
  const total = texts.reduce((sum, [, text]) => sum + text.length, HEADER) + block.length;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, total, true);
  view.setUint32(4, total, true);
  view.setUint32(INPUT, parameters.standardInput, true);
  view.setUint32(OUTPUT, parameters.standardOutput, true);
  view.setUint32(ERROR, parameters.standardError, true);
  let end = HEADER;
  for (const [at, text] of texts) {
    if (text.length > 0xffff) throw new NtException(Status.STATUS_INVALID_PARAMETER);
    view.setUint16(at, text.length, true);
    view.setUint16(at + 2, text.length, true);
    view.setUint32(at + 4, end, true);
    bytes.set(text, end);
    end += text.length;
  }
  view.setUint32(ENVIRONMENT, end, true);
  view.setUint32(ENVIRONMENT_SIZE, block.length, true);
  bytes.set(block, end);
  return bytes;
}

export function decodeParameters(bytes: Uint8Array): ProcessParameters {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getUint32(4, true) !== bytes.length)
    throw new NtException(Status.STATUS_INVALID_PARAMETER);
  const piece = (at: number, length: number): Uint8Array => {
    if (at < HEADER || at + length > bytes.length || length % 2 !== 0)
      throw new NtException(Status.STATUS_INVALID_PARAMETER);
    return bytes.subarray(at, at + length);
  };
  const text = (at: number): string =>
    decodeUtf16(piece(view.getUint32(at + 4, true), view.getUint16(at, true)));
  const environment = piece(
    view.getUint32(ENVIRONMENT, true),
    view.getUint32(ENVIRONMENT_SIZE, true),
  );
  const currentDirectory = text(DIRECTORY);
  if (!/^[A-Z]:\\/.test(currentDirectory)) throw new NtException(Status.STATUS_INVALID_PARAMETER);
  return new ProcessParameters({
    image: text(IMAGE),
    commandLine: text(COMMAND_LINE),
    environment: Environment.fromBlock(environment),
    currentDirectory,
    standardInput: view.getUint32(INPUT, true),
    standardOutput: view.getUint32(OUTPUT, true),
    standardError: view.getUint32(ERROR, true),
  });
}
