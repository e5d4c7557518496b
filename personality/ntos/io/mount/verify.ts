/**
 * Verifying: is the medium in the drive still the one that is mounted?
 *
 * A driver that saw its disk-change line answers STATUS_VERIFY_REQUIRED until it is asked to check.
 * Whoever got that answer comes here, once for all that got it; then the request is tried again, or
 * fails.
 *
 * The medium is the same if it is as long as before, if what is cached of it and surely on it is
 * still there byte for byte (identity.ts), and if the file system says so (VERIFY_VOLUME). It is
 * not enough that a serial number agrees: two copies of a disk have one, and what is cached of one
 * must never be written to the other. A different medium: the answer is STATUS_WRONG_VOLUME, and
 * the next open mounts what is there; what the volume has still to write waits (setaside.ts), or
 * the volume is let go where there is nothing. No medium, or one that cannot be recognised because
 * it cannot be read: the volume stays, for it may come back.
 */
import { IRP_MN_VERIFY_VOLUME, SL_OVERRIDE_VERIFY_VOLUME } from '../../../rtl/irp.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import { loseVolume } from './dismount.ts';
import { compareMedium } from '../medium/identity.ts';
import { callDriver } from '../request/send.ts';
import { hasUnwritten, setAside } from './setaside.ts';
import {
  asksForVerification,
  checkMedium,
  isWriteProtected,
  mediumLength,
} from '../medium/storage.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from '../file/volume.ts';

/** `status`: what the driver answered. STATUS_SUCCESS: try again. */
export async function verifyVolume(io: IoContext, volume: Volume, status: number): Promise<number> {
  if (!asksForVerification(status)) return status;
  return volume.storage.mountLock.run(async () => {
    if (!volume.mounted) return Status.STATUS_WRONG_VOLUME;
    const verdict = await examine(io, volume);
    if (verdict === Status.STATUS_WRONG_VOLUME)
      await ((await hasUnwritten(volume)) ? setAside(io, volume) : loseVolume(io, volume));
    return verdict;
  });
}

async function examine(io: IoContext, volume: Volume): Promise<number> {
  const { status, length } = await mediumLength(io, volume.storage);
  if (status === Status.STATUS_UNRECOGNIZED_MEDIA) return Status.STATUS_WRONG_VOLUME;
  if (!NT_SUCCESS(status)) return status;
  if (length !== volume.medium.length) return Status.STATUS_WRONG_VOLUME;
  const compared = await compareMedium(io, volume);
  if (!NT_SUCCESS(compared)) return compared;
  volume.medium.override = true;
  try {
    const known = await askFileSystem(io, volume);
    // Only now: from here on the driver lets writes through.
    if (!NT_SUCCESS(known)) return known;
    const checked = await checkMedium(io, volume.storage);
    if (!NT_SUCCESS(checked)) return checked;
    volume.medium.suspect = false;
    await lookAtTab(io, volume);
    return checked;
  } finally {
    volume.medium.override = false;
  }
}

/**
 * While it was out of the drive its tab may have been slid. What can still be written through open
 * handles of a disk that is protected now stays dirty: it may be slid back.
 */
export async function lookAtTab(io: IoContext, volume: Volume): Promise<void> {
  volume.readOnly = await isWriteProtected(io, volume.storage);
  if (!volume.readOnly) volume.medium.readOnly = false;
}

async function askFileSystem(io: IoContext, volume: Volume): Promise<number> {
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
  return irp.status;
}
