/**
 * SET_INFORMATION to the file system, and what follows from its answer.
 *
 *   setOnDisk(io, fcb, ...)         sends it and takes the facts that come back
 *   resize(io, fcb, class, size)    end of file or allocation; write-back is held off what is cut
 */
import { encodeLarge } from '../../../rtl/information.ts';
import type { IrpParameters } from '../../../rtl/irp.ts';
import { FileAllocationInformation, FileEndOfFileInformation } from '../../../rtl/nt.ts';
import { NT_SUCCESS, Status } from '../../../rtl/status.ts';
import { writesEnded } from '../../cc/writeback.ts';
import type { Fcb } from './fcb.ts';
import { callDriver } from '../request/send.ts';
import { verified } from '../medium/retry.ts';
import type { IoContext } from '../context.ts';

/** Where a rename leads to. */
export type RenameTarget = Pick<
  IrpParameters<'set_information'>,
  'target' | 'related' | 'replace' | 'room'
>;

/** Of everything but renames. */
export const NO_TARGET: RenameTarget = { target: '', related: 0, replace: false, room: 0 };

export function setOnDisk(
  io: IoContext,
  fcb: Fcb,
  infoClass: number,
  data: Uint8Array,
  target = NO_TARGET,
): Promise<number> {
  return verified(fcb.volume, async () => {
    if (fcb.gone) return Status.STATUS_FILE_FORCED_CLOSED;
    const irp = await callDriver(io, fcb.volume.fileSystem, {
      major: 'set_information',
      file: fcb.file,
      parameters: { class: infoClass, data, ...target },
    });
    if (!NT_SUCCESS(irp.status)) return irp.status;
    if (fcb.gone) return Status.STATUS_FILE_FORCED_CLOSED;
    if (changesSizes(infoClass)) return fcb.updateSizes(irp.result);
    fcb.update(irp.result);
    return Status.STATUS_SUCCESS;
  });
}

function changesSizes(infoClass: number): boolean {
  return infoClass === FileEndOfFileInformation || infoClass === FileAllocationInformation;
}

/** Not to be called by who holds the file's resource. */
export function resize(io: IoContext, fcb: Fcb, infoClass: number, size: number): Promise<number> {
  const { cache } = fcb;
  return cache.resource.run(async () => {
    if (infoClass === FileEndOfFileInformation && size === cache.endOfFile)
      return Status.STATUS_SUCCESS;
    cache.held = size;
    try {
      // A write-back that is under way ends first: the clusters may have another owner soon.
      await writesEnded(cache.volume);
      return await setOnDisk(io, fcb, infoClass, encodeLarge(size));
    } finally {
      cache.held = Infinity;
    }
  });
}
