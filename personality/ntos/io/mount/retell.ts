/**
 * Files that were born (file/births.ts) on a volume whose file system ended before it had made
 * them: its successor makes them.
 *
 *   unbornOf(volume)             taken out of its cache, which goes
 *   retell(io, volume, unborn)   made on the volume that was mounted in its place, before anybody
 *                                else has something of that; without one they are lost
 *
 * What the ended file system was told, and did not answer, may be there, with clusters that nobody
 * has written: it is opened then, and gets its data as one that is new.
 */
import { SL_MAKE_WITH_LENGTH } from '../../../rtl/irp.ts';
import { PAGE_SIZE } from '../../../rtl/layout.ts';
import { FILE_OPEN_IF } from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import { CcCopyWrite } from '../../cc/copywrite.ts';
import { Cursor } from '../../cc/cursor.ts';
import type { Birth } from '../file/births.ts';
import { Fcb } from '../file/fcb.ts';
import { made } from '../file/learn.ts';
import { relativeTo } from '../file/relative.ts';
import { closeWithFileSystem, keepFcb } from '../file/retire.ts';
import { callDriver } from '../request/send.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from '../file/volume.ts';

export interface Unborn {
  readonly path: string;
  readonly birth: Birth;
  readonly length: number;
  /** The rest of its length is zeros. */
  readonly data: Uint8Array;
}

/** All of such a file's data is in memory: it has no place where it could be read again. */
export function unbornOf({ births }: Volume): Unborn[] {
  const unborn: Unborn[] = [];
  for (const { path, birth, cache } of births.files) {
    if (!birth) continue;
    const data = new Uint8Array(cache.validData);
    for (let at = 0; at < data.length; at += PAGE_SIZE) {
      const page = cache.page(at / PAGE_SIZE);
      const part = data.subarray(at, at + PAGE_SIZE);
      if (page) cache.cc.ram.readInto(page.address, part);
    }
    unborn.push({ path, birth, length: cache.endOfFile, data });
  }
  births.lose();
  return unborn;
}

export async function retell(
  io: IoContext,
  volume: Volume | undefined,
  unborn: readonly Unborn[],
): Promise<void> {
  const { counters, ke } = io.executive;
  for (const each of unborn) {
    const status = volume ? await make(io, volume, each) : Status.STATUS_VOLUME_DISMOUNTED;
    if (NT_SUCCESS(status)) continue;
    counters.add('cc.lost', Math.ceil(each.data.length / PAGE_SIZE));
    ke.log(`${each.path} was not made before its file system ended, and is lost`);
  }
}

async function make(io: IoContext, volume: Volume, unborn: Unborn): Promise<number> {
  const { path, birth, length } = unborn;
  const { status: short, path: name, related } = relativeTo(volume, path);
  if (!NT_SUCCESS(short)) return short;
  const { attributes, access, share, options } = birth;
  const how = { disposition: FILE_OPEN_IF, allocation: length, attributes, access, share, options };
  const file = io.nextFile++;
  const irp = await callDriver(io, volume.fileSystem, {
    major: 'create',
    file,
    flags: SL_MAKE_WITH_LENGTH,
    parameters: { path: name, related, ...how },
  });
  if (!NT_SUCCESS(irp.status)) return irp.status;
  const fcb = new Fcb(io, volume, irp.result.fcb ?? 0, file, path);
  const begun = fcb.begin(irp.result);
  if (!NT_SUCCESS(begun) || fcb.directory) {
    fcb.cache.close();
    await closeWithFileSystem(io, volume, file);
    return NT_SUCCESS(begun) ? Status.STATUS_OBJECT_NAME_COLLISION : begun;
  }
  // Nothing was written to its clusters.
  fcb.cache.validData = 0;
  volume.names.add(fcb);
  made(fcb, irp.result.entry, undefined, false);
  keepFcb(io, fcb);
  return write(io, fcb, unborn.data);
}

/** By way of one page: the cache copies from memory. */
async function write(io: IoContext, { cache }: Fcb, data: Uint8Array): Promise<number> {
  const { mm } = io.executive;
  const frames = mm.allocatePages(1);
  if (!frames) return Status.STATUS_INSUFFICIENT_RESOURCES;
  const address = frames[0]!;
  try {
    for (let at = 0; at < data.length; at += PAGE_SIZE) {
      const part = data.subarray(at, at + PAGE_SIZE);
      mm.ram.write(address, part);
      const cursor = new Cursor(mm.ram, [{ address, length: part.length }]);
      const status = await CcCopyWrite(cache, at, part.length, cursor);
      if (!NT_SUCCESS(status)) return status;
    }
    return Status.STATUS_SUCCESS;
  } finally {
    mm.freePages(frames);
  }
}
