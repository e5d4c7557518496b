/**
 * Verifying: is the medium in the drive still the one that is mounted?
 *
 * A driver that saw its disk-change line answers STATUS_VERIFY_REQUIRED until it is asked to check.
 * Whoever got that answer comes here, once for all that got it; then the request is tried again, or
 * fails.
 *
 * The medium is the same if it is as long as before, if what is cached of its first sectors and not
 * changed since is still there byte for byte, and if the file system says so (VERIFY_VOLUME). It is
 * not enough that a serial number agrees: two copies of a disk have one, and what is cached of one
 * must never be written to the other. A different medium: the volume is lost, and the answer
 * STATUS_WRONG_VOLUME; the next open mounts what is there. No medium, or a failure to read: the
 * volume stays, for it may come back.
 */
import { IRP_MN_VERIFY_VOLUME, SL_OVERRIDE_VERIFY_VOLUME } from '../../rtl/irp.ts';
import { PAGE_SIZE } from '../../rtl/layout.ts';
import { NT_SUCCESS, Status } from '../../rtl/status.ts';
import { SECTOR_SIZE, SECTORS_PER_PAGE } from '../cc/types.ts';
import { loseVolume } from './dismount.ts';
import { callDriver } from './irp.ts';
import { asksForVerification, checkMedium, mediumLength } from './storage.ts';
import type { IoContext } from './types.ts';
import type { Volume } from './volume.ts';

/**
 * The pages that tell media apart: boot sector, and on floppies a file allocation table and some of
 * the root directory.
 */
const COMPARED_PAGES = 4;

/** `status`: what the driver answered. STATUS_SUCCESS: try again. */
export async function verifyVolume(io: IoContext, volume: Volume, status: number): Promise<number> {
  if (!asksForVerification(status)) return status;
  return volume.storage.mountLock.run(async () => {
    if (!volume.mounted) return Status.STATUS_WRONG_VOLUME;
    volume.medium.override = true;
    try {
      const verdict = await examine(io, volume);
      if (verdict === Status.STATUS_WRONG_VOLUME) await loseVolume(io, volume);
      return verdict;
    } finally {
      volume.medium.override = false;
    }
  });
}

async function examine(io: IoContext, volume: Volume): Promise<number> {
  const { status, length } = await mediumLength(io, volume.storage);
  if (status === Status.STATUS_UNRECOGNIZED_MEDIA) return Status.STATUS_WRONG_VOLUME;
  if (!NT_SUCCESS(status)) return status;
  if (length !== volume.medium.length) return Status.STATUS_WRONG_VOLUME;
  const compared = await compareStart(io, volume);
  if (!NT_SUCCESS(compared)) return compared;
  const irp = await callDriver(io, volume.fileSystem, {
    major: 'fs_control',
    minor: IRP_MN_VERIFY_VOLUME,
    flags: SL_OVERRIDE_VERIFY_VOLUME,
    parameters: {
      device: volume.storage.id,
      code: 0,
      input: new Uint8Array(),
      outputLength: 0,
    },
  });
  // Only now: from here on the driver lets writes through.
  return NT_SUCCESS(irp.status) ? checkMedium(io, volume.storage) : irp.status;
}

/** Reads the start of the medium again and compares what is cached of it and clean. */
async function compareStart(io: IoContext, volume: Volume): Promise<number> {
  const { mm } = io.executive;
  const length = Math.min(COMPARED_PAGES * PAGE_SIZE, volume.medium.length);
  const frames = mm.allocatePages(COMPARED_PAGES);
  if (!frames) return Status.STATUS_INSUFFICIENT_RESOURCES;
  try {
    const pieces = frames
      .map((address, i) => ({ address, length: Math.min(PAGE_SIZE, length - i * PAGE_SIZE) }))
      .filter((piece) => piece.length > 0);
    const status = await volume.medium.start(false, 0, length, pieces).wait();
    if (!NT_SUCCESS(status)) return status;
    return pieces.every((_, index) => samePage(io, volume, index, frames[index] as number))
      ? Status.STATUS_SUCCESS
      : Status.STATUS_WRONG_VOLUME;
  } finally {
    mm.freePages(frames);
  }
}

function samePage(io: IoContext, volume: Volume, index: number, frame: number): boolean {
  const { ram } = io.executive.mm;
  const page = volume.cache.page(index);
  if (!page) return true;
  const settled = page.valid & ~page.dirty;
  for (let bit = 0; bit < SECTORS_PER_PAGE; bit++) {
    const sector = index * SECTORS_PER_PAGE + bit;
    if (((settled >>> bit) & 1) === 0 || sector * SECTOR_SIZE >= volume.medium.length) continue;
    const cached = ram.read(page.address + bit * SECTOR_SIZE, SECTOR_SIZE);
    const found = ram.read(frame + bit * SECTOR_SIZE, SECTOR_SIZE);
    if (cached.some((byte, i) => byte !== found[i])) return false;
  }
  return true;
}
