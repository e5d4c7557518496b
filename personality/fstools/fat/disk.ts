/**
 * The disk as the FAT logic sees it: sectors that can be read and written, and nothing else.
 *
 * Everything in this folder works on this interface alone, so that it runs on an image in memory as
 * well as on a volume of the system. Offsets and lengths of the helpers are in bytes; what is not
 * whole sectors of the medium is read, changed and written back.
 *
 *   readBytes(disk, offset, length)   raises what the drive says, or a range that is not there
 *   writeBytes(disk, offset, bytes)
 */
export interface SectorDisk {
  readonly sectorSize: number;
  readonly sectors: number;
  read(sector: number, count: number): Promise<Uint8Array>;
  write(sector: number, bytes: Uint8Array): Promise<void>;
}

/** Bytes that are moved at a time, so that no caller has to think of limits. */
const PIECE = 0x1_0000;

export function sizeOf(disk: SectorDisk): number {
  return disk.sectors * disk.sectorSize;
}

export async function readBytes(
  disk: SectorDisk,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const { sectorSize } = disk;
  for (let done = 0; done < length;) {
    const at = offset + done;
    const skip = at % sectorSize;
    const wanted = Math.min(length - done, PIECE - skip);
    const count = Math.ceil((skip + wanted) / sectorSize);
    const piece = await disk.read((at - skip) / sectorSize, count);
    bytes.set(piece.subarray(skip, skip + wanted), done);
    done += wanted;
  }
  return bytes;
}

export async function writeBytes(
  disk: SectorDisk,
  offset: number,
  bytes: Uint8Array,
): Promise<void> {
  const { sectorSize } = disk;
  for (let done = 0; done < bytes.length;) {
    const at = offset + done;
    const skip = at % sectorSize;
    const count = Math.min(bytes.length - done, PIECE - skip);
    const part = bytes.subarray(done, done + count);
    const first = (at - skip) / sectorSize;
    if (skip === 0 && count % sectorSize === 0) await disk.write(first, part);
    else {
      const whole = await disk.read(first, Math.ceil((skip + count) / sectorSize));
      whole.set(part, skip);
      await disk.write(first, whole);
    }
    done += count;
  }
}
