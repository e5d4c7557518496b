/**
 * hog: a driver that takes all map registers for itself, for who wants to see what becomes of the
 * others.
 *
 * Map registers are the 16 pages that every ISA device can reach. A transfer of 64 KiB in pages
 * that lie here and there needs them all; this one is begun with a channel that no device uses, and
 * never ended. With the process the registers go back. The bench loads it beside the driver that is
 * tried (faults.ts).
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  AllocateAdapterChannel,
  type DriverEntry,
  driverImage,
  HalGetAdapter,
  MapTransfer,
  MmAllocatePagesForMdl,
} from '../../../personality/wdm/index.ts';

export const rights = { dma: [3] };

const CHANNEL = 3;
const LENGTH = 0x1_0000;

const driverEntry: DriverEntry = async (driver) => {
  const adapter = await HalGetAdapter(driver, { dmaChannel: CHANNEL, maximumLength: LENGTH });
  const pages = await MmAllocatePagesForMdl(driver, LENGTH);
  const status = await AllocateAdapterChannel(adapter);
  if (status !== Status.STATUS_SUCCESS) return status;
  return (await MapTransfer(adapter, pages, 0, LENGTH, true)).status;
};

export const image = driverImage(driverEntry);
