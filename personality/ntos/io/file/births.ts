/**
 * Files that are made before their file system is asked: it has promised that they can be.
 *
 * The answer to a CREATE carries a promise: so many bytes of clusters, so many plain names in that
 * directory. While it holds, a new file is born here. Its CREATE, which says how long it has become
 * meanwhile, is sent before the next request of whatever kind, when TELL_AFTER has passed, or when
 * its data is to be written: many files are one exchange, and each is one request.
 *
 *   allows(directory, name)    a file of that name may be born
 *   bear(fcb, ...), grow(...)  it is; it takes clusters of the promise
 *   tell(needed?)              all that were born are sent to the file system, in their order
 *   granted(...)               an answer with a promise
 *   before(options)            some request is about to be sent to the file system
 *   settled()                  it has answered for all of them
 *   isRefused(fcb), drop(fcb)  it could not make the file the last time; nobody wants it any more
 *   isAbove(path)              one of them is in that directory, or below
 *   files, lose()              those that it has not made; and they are given up. Where the file
 *                              system ended they are made with the next one (mount/retell.ts)
 *
 * Why the promise holds: requests are served in the order in which they are sent, births before
 * any other; and every request that might take a cluster or a slot ends the promise, until a CREATE
 * that was sent after it is answered. What is born has data, but no place for it (`unplaced`): it
 * gets that with its CREATE, and nothing of it is written before.
 *
 * A file system whose disk fails may refuse what it has promised. The file then stays as other data
 * does that cannot be written: it counts as dirty, a flush of it tries again and tells, and by
 * itself it is tried again after pauses, each twice as long as the one before. No other request
 * waits for that. Who deletes it is told nothing of the disk.
 */
import {
  IRP_MN_KERNEL_CALL,
  IRP_MN_VERIFY_VOLUME,
  type IrpParameters,
  type IrpResult,
  type MajorName,
  SL_MAKE_WITH_LENGTH,
} from '../../../rtl/irp.ts';
import { dosDeviceOf, RtlUpcase } from '../../../rtl/names.ts';
import type { NameRecord } from '../../../rtl/namerecords.ts';
import {
  FILE_ATTRIBUTE_ARCHIVE,
  FILE_CREATE,
  FILE_OPEN_IF,
  FileBasicInformation,
  FileDispositionInformation,
} from '../../../rtl/nt.ts';
import { describeStatus, NT_SUCCESS } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import type { DirectoryNames } from '../names/directory.ts';
import type { Timer } from '../../ke/types.ts';
import type { RequestKind } from '../device/device.ts';
import type { IoContext } from '../context.ts';
import type { Irp } from '../request/irp.ts';
import type { Fcb } from './fcb.ts';
import { made } from './learn.ts';
import { relativeTo } from './relative.ts';
import type { Volume } from './volume.ts';

/** What a file system promises: bytes, plain names, bytes of a cluster. */
export type Promised = readonly number[];

/** What of a birth its CREATE says. */
export interface Birth {
  readonly directory: DirectoryNames;
  readonly attributes: number;
  readonly access: number;
  readonly share: number;
  readonly options: number;
  /** Clusters of the promise that it has taken, in bytes. */
  bytes: number;
  /** It was refused once: it may be there all the same, if the failure came after it was made. */
  tried?: true;
}

/** Microseconds. */
const TELL_AFTER = 20_000;
/** The pauses after which the file system is asked again for what it refused. */
const FIRST_RETRY = 2_000_000;
const LAST_RETRY = 60_000_000;
/** So many are told at once. */
const MOST = 64;
/** A longer file gets its clusters before it has all of its data. */
const LONGEST = 0x10_0000;
/** Provisional numbers of entries: behind all that a file system gives. */
const FIRST_ID = 2 ** 50;
const OTHERS = "0-9_$~!#%&'()@^`{}-";
const part = (most: number) => `([A-Z${OTHERS}]{1,${most}}|[a-z${OTHERS}]{1,${most}})`;
/** One slot of a FAT directory holds it, with the case of each part, and it is its short form. */
const PLAIN = new RegExp(`^${part(8)}(\\.${part(3)})?$`);

const HARMLESS: ReadonlySet<MajorName> = new Set<MajorName>([
  'read',
  'query_information',
  'query_volume',
  'directory',
  'cleanup',
  'close',
  'flush',
]);
const HARMLESS_CLASSES: ReadonlySet<number> = new Set([
  FileBasicInformation,
  FileDispositionInformation,
]);

export class Births {
  readonly #io: IoContext;
  readonly #volume: Volume;
  readonly #untold = new Set<Fcb>();
  /** Untold, or told and not answered. */
  readonly #pending = new Map<Fcb, Birth>();
  #epoch = 0;
  /** What is left of the promise. */
  #bytes = 0;
  #cluster = 0;
  #names = new Map<DirectoryNames, number>();
  /** Of those pending. */
  readonly #refused = new Set<Fcb>();
  #patience = FIRST_RETRY;
  #retry: Timer | undefined;
  #telling = false;
  #timer: Timer | undefined;
  #lastId = FIRST_ID;

  constructor(io: IoContext, volume: Volume) {
    this.#io = io;
    this.#volume = volume;
  }

  /** Promises are of requests that were sent at the same epoch. */
  get epoch(): number {
    return this.#epoch;
  }

  get size(): number {
    return this.#pending.size;
  }

  get files(): Iterable<Fcb> {
    return this.#pending.keys();
  }

  allows(directory: DirectoryNames, name: string): boolean {
    const { namespace, mounted } = this.#volume;
    const room = this.#names.get(directory) ?? 0;
    if (room <= 0 || !mounted || namespace.held || directory.state !== 'complete') return false;
    return PLAIN.test(name) && dosDeviceOf(name) === undefined;
  }

  bear(fcb: Fcb, birth: Birth, name: string): void {
    const { directory, attributes } = birth;
    const now = this.#io.executive.ke.systemTime();
    fcb.birth = birth;
    fcb.cache.unplaced = true;
    const times = { created: now, accessed: now, written: now };
    const facts = { attributes: attributes | FILE_ATTRIBUTE_ARCHIVE, ...times };
    fcb.update(facts);
    this.#names.set(directory, (this.#names.get(directory) ?? 0) - 1);
    this.#pending.set(fcb, birth);
    this.#untold.add(fcb);
    const sizes = { endOfFile: 0, allocation: 0 };
    const record: NameRecord = {
      name,
      shortName: '',
      id: ++this.#lastId,
      node: 0,
      ...facts,
      ...sizes,
    };
    this.#volume.directories.added(directory, record)?.attach(fcb);
    if (this.#untold.size >= MOST) this.tell();
    else this.#tellIn(TELL_AFTER);
  }

  /** Whether the file, which nobody has told of yet, may be so long. */
  grow(fcb: Fcb, end: number): boolean {
    const { birth, cache } = fcb;
    if (!birth || !this.#untold.has(fcb) || end > LONGEST) return false;
    const bytes = Math.ceil(end / this.#cluster) * this.#cluster;
    const more = Math.max(0, bytes - birth.bytes);
    if (more > this.#bytes) return false;
    this.#bytes -= more;
    birth.bytes += more;
    cache.setSizes(Math.max(end, cache.endOfFile), birth.bytes);
    fcb.written = this.#io.executive.ke.systemTime();
    return true;
  }

  /** `needed`: asked for, although it was refused. */
  tell(needed?: Fcb): void {
    if (needed && this.#refused.delete(needed)) this.#untold.add(needed);
    if (this.#telling || this.#untold.size === 0) return;
    this.#telling = true;
    for (const fcb of [...this.#untold]) {
      this.#untold.delete(fcb);
      if (!fcb.gone) this.#make(fcb);
    }
    this.#telling = false;
    if (this.#untold.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** The file system has answered for each that is here now, well or badly. */
  async settled(): Promise<void> {
    for (const fcb of [...this.#pending.keys()]) if (!this.#refused.has(fcb)) await fcb.placed();
  }

  isRefused(fcb: Fcb): boolean {
    return this.#refused.has(fcb);
  }

  /** Such a directory is not empty, although its file system does not know of that. */
  isAbove(path: string): boolean {
    const start = `${RtlUpcase(path)}\\`;
    return [...this.#pending.keys()].some(
      (fcb) => !fcb.gone && RtlUpcase(fcb.path).startsWith(start),
    );
  }

  drop(fcb: Fcb): void {
    this.#pending.delete(fcb);
    this.#refused.delete(fcb);
    fcb.birth = undefined;
    this.#countRefused();
  }

  /** As long as it is by now. */
  #make(fcb: Fcb): void {
    const { birth, cache, path } = fcb;
    if (!birth) return;
    const { attributes, access, share, options } = birth;
    const { related, path: name } = relativeTo(this.#volume, path);
    const disposition = birth.tried ? FILE_OPEN_IF : FILE_CREATE;
    const where = { path: name, related, disposition, allocation: cache.endOfFile };
    const parameters = { ...where, access, attributes, share, options };
    const epoch = this.#epoch;
    fcb.create(parameters, SL_MAKE_WITH_LENGTH, (irp) => this.#answered(fcb, birth, irp, epoch));
  }

  #answered(fcb: Fcb, { directory }: Birth, irp: Irp<'create'>, epoch: number): void {
    const { status, result } = irp;
    const { directories, cache } = this.#volume;
    if (fcb.gone) return void this.#pending.delete(fcb);
    const ok =
      NT_SUCCESS(status) &&
      NT_SUCCESS(fcb.cache.extents.add(result.extents ?? [], cache.device.length));
    if (!ok) return this.#refuse(fcb, status);
    this.drop(fcb);
    this.#patience = FIRST_RETRY;
    fcb.cache.unplaced = false;
    if (fcb.known) directories.moved(fcb.known);
    made(fcb, result.entry, directory, true);
    takeFacts(fcb, result);
    this.granted(directory, result.promise ?? [], epoch);
  }

  #refuse(fcb: Fcb, status: number): void {
    const { storage, cache } = this.#volume;
    const { ke, cc } = this.#io.executive;
    const first = cache.unmade === 0;
    this.#void();
    if (fcb.birth) fcb.birth.tried = true;
    this.#refused.add(fcb);
    this.#countRefused();
    if (first) {
      ke.log(`${storage.name}: ${fcb.path} cannot be made: ${describeStatus(status)}`);
      cc.manager.report(cache, 'stuck');
    }
    this.#retryLater();
  }

  #retryLater(): void {
    this.#retry ??= this.#io.executive.ke.after(this.#patience, () => {
      this.#retry = undefined;
      this.#patience = Math.min(2 * this.#patience, LAST_RETRY);
      if (this.#volume.state === 'gone') return;
      if (!this.#volume.mounted) return this.#retryLater();
      for (const fcb of this.#refused) this.#untold.add(fcb);
      this.#refused.clear();
      this.tell();
    });
  }

  /** They are something that is not on the disk. */
  #countRefused(): void {
    const { cache } = this.#volume;
    const { size } = this.#refused;
    if (cache.unmade === size) return;
    cache.unmade = size;
    if (size > 0) return cache.becameDirty();
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#io.executive.cc.manager.wake.set();
  }

  /** `epoch`: when the request was sent. */
  granted(directory: DirectoryNames | undefined, promised: Promised, epoch: number): void {
    const [bytes = 0, names = 0, cluster = 0] = promised;
    if (epoch !== this.#epoch || !directory || cluster <= 0) return;
    let taken = 0;
    let born = 0;
    for (const birth of this.#pending.values()) {
      taken += birth.bytes;
      if (birth.directory === directory) born++;
    }
    this.#cluster = cluster;
    this.#bytes = bytes - taken;
    this.#names.set(directory, names - born);
  }

  before(request: RequestKind): void {
    const { major, minor = 0 } = request;
    // A verification is about the disk, and waits for nobody.
    if (this.#telling || (major === 'fs_control' && minor === IRP_MN_VERIFY_VOLUME)) return;
    this.tell();
    if (!isHarmless(request)) this.#void();
  }

  /** Dirty pages that have no place any more. */
  lose(): number {
    let lost = 0;
    for (const fcb of this.#pending.keys()) {
      lost += fcb.cache.dirtyPages.size;
      fcb.cache.close();
    }
    this.#pending.clear();
    this.#untold.clear();
    this.#refused.clear();
    this.#countRefused();
    return lost;
  }

  #void(): void {
    this.#epoch++;
    this.#bytes = 0;
    this.#names.clear();
  }

  #tellIn(micros: number): void {
    this.#timer ??= this.#io.executive.ke.after(micros, () => {
      this.#timer = undefined;
      if (this.#volume.mounted) this.tell();
    });
  }
}

/** What shows numbers of entries waits until the file system has given them. */
export function afterBirths<T>(
  { volume }: { readonly volume: Volume | undefined },
  body: () => Awaitable<T>,
): Awaitable<T> {
  return volume && volume.births.size > 0 ? volume.births.settled().then(body) : body();
}

/** Whether it takes neither clusters nor slots. */
function isHarmless({ major, minor = 0, parameters }: RequestKind): boolean {
  if (major === 'fs_control') return minor === IRP_MN_KERNEL_CALL;
  if (major !== 'set_information') return HARMLESS.has(major);
  return HARMLESS_CLASSES.has((parameters as IrpParameters<'set_information'>).class);
}

/** What the file system says of it; the size is ours, and so is the time of a later write. */
function takeFacts(fcb: Fcb, facts: Partial<IrpResult<'create'>>): void {
  const { cache } = fcb;
  fcb.update(facts);
  cache.setSizes(cache.endOfFile, Math.max(facts.allocation ?? 0, cache.endOfFile));
}
