/**
 * DISK_PERFORMANCE: what a counting filter above a disk answers to IOCTL_DISK_PERFORMANCE.
 *
 * Source: published winioctl.h. Times are in 100 ns.
 */
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';

/** Whoever opens it has the filter loaded. */
export const DISKPERF_DEVICE = '\\Device\\DiskPerf';
export const IOCTL_DISK_PERFORMANCE = 0x0007_0020;
export const DISK_PERFORMANCE_LENGTH = 88;
const NAME_AT = 68;
const NAME_UNITS = 8;

export interface DiskPerformance {
  bytesRead: number;
  bytesWritten: number;
  readTime: number;
  writeTime: number;
  idleTime: number;
  readCount: number;
  writeCount: number;
  /** Requests that are under way. */
  queueDepth: number;
  queryTime: number;
  deviceNumber: number;
}

const LONGS = ['bytesRead', 'bytesWritten', 'readTime', 'writeTime', 'idleTime'] as const;

export function encodeDiskPerformance(counted: DiskPerformance, manager: string): Uint8Array {
  const bytes = new Uint8Array(DISK_PERFORMANCE_LENGTH);
  const view = new DataView(bytes.buffer);
  LONGS.forEach((name, index) => view.setBigInt64(index * 8, BigInt(counted[name]), true));
  view.setUint32(40, counted.readCount, true);
  view.setUint32(44, counted.writeCount, true);
  view.setUint32(48, counted.queueDepth, true);
  view.setBigInt64(56, BigInt(counted.queryTime), true);
  view.setUint32(64, counted.deviceNumber, true);
  for (let i = 0; i < Math.min(NAME_UNITS, manager.length); i++)
    view.setUint16(NAME_AT + i * 2, manager.charCodeAt(i), true);
  return bytes;
}

export function decodeDiskPerformance(bytes: Uint8Array): DiskPerformance {
  if (bytes.length < DISK_PERFORMANCE_LENGTH)
    throw new NtException(Status.STATUS_INFO_LENGTH_MISMATCH);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const long = (at: number): number => Number(view.getBigInt64(at, true));
  return {
    bytesRead: long(0),
    bytesWritten: long(8),
    readTime: long(16),
    writeTime: long(24),
    idleTime: long(32),
    readCount: view.getUint32(40, true),
    writeCount: view.getUint32(44, true),
    queueDepth: view.getUint32(48, true),
    queryTime: long(56),
    deviceNumber: view.getUint32(64, true),
  };
}
