/**
 * The classes of NtQueryInformationFile: the one table. A class that is not in it does not exist.
 *
 * `of` says whom a class is asked: every file object, or files of volumes alone (a device's driver
 * may answer for its own).
 */
import {
  encodeAll,
  encodeAttributeTag,
  encodeCompression,
  encodeFileName,
  encodeStream,
  encodeWord,
} from '../../../rtl/fileinformation.ts';
import {
  decodeLarge,
  encodeBasic,
  encodeLarge,
  encodeNetworkOpen,
  encodeStandard,
} from '../../../rtl/information.ts';
import * as nt from '../../../rtl/nt.ts';
import {
  FileMailslotQueryInformation,
  FilePipeInformation,
  FilePipeLocalInformation,
} from '../../../rtl/pipes.ts';
import { NT_SUCCESS, NtException } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { Fcb } from '../file/fcb.ts';
import type { NameFacts } from '../names/name.ts';
import { type FileObject, isSynchronous } from '../file/fileobject.ts';
import type { IoContext } from '../context.ts';

/** What is asked about: `access` is the handle's. */
export interface Asked {
  readonly io: IoContext;
  readonly file: FileObject;
  readonly access: number;
}

interface Row {
  /** The size of the structure: with less room nothing is answered. */
  readonly minimum: number;
  /** What the handle must allow. */
  readonly access: number;
}

export type QueryClass =
  | (Row & { readonly of: 'file'; describe(asked: Asked): Uint8Array })
  | (Row & { readonly of: 'volume'; describe(fcb: Fcb, asked: Asked): Awaitable<Uint8Array> })
  /** Of pipes and mailslots: their drivers know. */
  | (Row & { readonly of: 'driver' });

const MODE =
  nt.FILE_WRITE_THROUGH |
  nt.FILE_SEQUENTIAL_ONLY |
  nt.FILE_NO_INTERMEDIATE_BUFFERING |
  nt.FILE_SYNCHRONOUS_IO_ALERT |
  nt.FILE_SYNCHRONOUS_IO_NONALERT |
  nt.FILE_DELETE_ON_CLOSE;

function attributesOf({ attributes }: NameFacts): number {
  return attributes || nt.FILE_ATTRIBUTE_NORMAL;
}

function timesOf({ created, accessed, written }: NameFacts) {
  return { created, accessed, written, changed: written };
}

function sizesOf({ allocation, endOfFile }: NameFacts) {
  return { allocation, endOfFile };
}

function basicOf(facts: NameFacts) {
  return { ...timesOf(facts), attributes: attributesOf(facts) };
}

function standardOf(fcb: Fcb) {
  const { deletePending, directory } = fcb;
  return { ...sizesOf(fcb), links: deletePending ? 0 : 1, deletePending, directory };
}

/** FILE_BASIC_INFORMATION, as NtQueryAttributesFile answers it. */
export function basic(facts: NameFacts): Uint8Array {
  return encodeBasic(basicOf(facts));
}

/** FILE_NETWORK_OPEN_INFORMATION, as NtQueryFullAttributesFile answers it. */
export function networkOpen(facts: NameFacts): Uint8Array {
  return encodeNetworkOpen({ ...basicOf(facts), ...sizesOf(facts) });
}

/** What the file system alone knows. */
async function askFileSystem(fcb: Fcb, infoClass: number): Promise<Uint8Array> {
  let data = new Uint8Array();
  const status = await fcb.volume.verified(async () => {
    const irp = await fcb.ask({
      major: 'query_information',
      parameters: { class: infoClass, length: 1024 },
    });
    data = new Uint8Array(irp.result.data ?? []);
    return irp.status;
  });
  if (!NT_SUCCESS(status)) throw new NtException(status);
  return data;
}

function numberOf(fcb: Fcb): Awaitable<Uint8Array> {
  return fcb.id === 0 ? askFileSystem(fcb, nt.FileInternalInformation) : encodeLarge(fcb.id);
}

function shortNameOf(fcb: Fcb): Awaitable<Uint8Array> {
  const { known } = fcb;
  if (!known) return askFileSystem(fcb, nt.FileAlternateNameInformation);
  return encodeFileName(known.shortName || known.name);
}

async function all(fcb: Fcb, { file, access }: Asked): Promise<Uint8Array> {
  const id = decodeLarge(await numberOf(fcb));
  return encodeAll({
    basic: basicOf(fcb),
    standard: standardOf(fcb),
    id,
    access,
    position: positionOf(file),
    mode: file.options & MODE,
    name: `\\${fcb.path}`,
  });
}

/** Files without a position of their own have none. */
function positionOf(file: FileObject): number {
  return isSynchronous(file) ? file.position : 0;
}

function streams(fcb: Fcb): Uint8Array {
  const { endOfFile, allocation } = sizesOf(fcb);
  return fcb.directory ? new Uint8Array() : encodeStream('::$DATA', endOfFile, allocation);
}

const READ_ATTRIBUTES = nt.FILE_READ_ATTRIBUTES;

export const queryClasses: Readonly<Record<number, QueryClass>> = {
  [nt.FileAccessInformation]: {
    of: 'file',
    minimum: 4,
    access: 0,
    describe: ({ access }) => encodeWord(access),
  },
  [nt.FilePositionInformation]: {
    of: 'file',
    minimum: 8,
    access: 0,
    describe: ({ file }) => encodeLarge(positionOf(file)),
  },
  [nt.FileModeInformation]: {
    of: 'file',
    minimum: 4,
    access: 0,
    describe: ({ file }) => encodeWord(file.options & MODE),
  },
  /** Bytes, the least alignment there is. */
  [nt.FileAlignmentInformation]: {
    of: 'file',
    minimum: 4,
    access: 0,
    describe: () => encodeWord(0),
  },
  [nt.FileBasicInformation]: {
    of: 'volume',
    minimum: 40,
    access: READ_ATTRIBUTES,
    describe: basic,
  },
  [nt.FileStandardInformation]: {
    of: 'volume',
    minimum: 24,
    access: 0,
    describe: (fcb) => encodeStandard(standardOf(fcb)),
  },
  [nt.FileInternalInformation]: {
    of: 'volume',
    minimum: 8,
    access: 0,
    describe: numberOf,
  },
  [nt.FileEaInformation]: {
    of: 'volume',
    minimum: 4,
    access: 0,
    describe: () => encodeWord(0),
  },
  [nt.FileNameInformation]: {
    of: 'volume',
    minimum: 8,
    access: 0,
    describe: (fcb) => encodeFileName(`\\${fcb.path}`),
  },
  [nt.FileAllInformation]: {
    of: 'volume',
    minimum: 104,
    access: READ_ATTRIBUTES,
    describe: all,
  },
  [nt.FileAlternateNameInformation]: {
    of: 'volume',
    minimum: 8,
    access: 0,
    describe: shortNameOf,
  },
  [nt.FileStreamInformation]: {
    of: 'volume',
    minimum: 32,
    access: 0,
    describe: streams,
  },
  [nt.FileCompressionInformation]: {
    of: 'volume',
    minimum: 16,
    access: 0,
    describe: (fcb) => encodeCompression(sizesOf(fcb).endOfFile),
  },
  [nt.FileNetworkOpenInformation]: {
    of: 'volume',
    minimum: 56,
    access: READ_ATTRIBUTES,
    describe: networkOpen,
  },
  [nt.FileAttributeTagInformation]: {
    of: 'volume',
    minimum: 8,
    access: READ_ATTRIBUTES,
    describe: (fcb) => encodeAttributeTag(attributesOf(fcb)),
  },
  [FilePipeInformation]: { of: 'driver', minimum: 8, access: 0 },
  [FilePipeLocalInformation]: { of: 'driver', minimum: 40, access: 0 },
  [FileMailslotQueryInformation]: { of: 'driver', minimum: 24, access: 0 },
};
