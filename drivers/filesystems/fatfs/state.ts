/**
 * Whether the volume is in order on the disk, and what FAT32 says of its free clusters.
 *
 *   look()      at the mount: how it was left, what its FSInfo sector says
 *   begin()     before every change: the volume is in use (entry 1 of the FAT)
 *   settle()    after a request: free clusters, as FSInfo is to have them
 *   failed()    the disk could not be read where the volume's own structures are; once
 *   quiet()     all that is dirty is about to be written: it is in order again, as the last of all
 *
 * FAT12 has no place for that. A volume that was found in use stays so: what lies on it was not
 * looked through. FSInfo is believed where counting would take long, its signatures are right, its
 * numbers fit, and the volume was let go in order; else the table is counted, once.
 *
 * Source: fatgen103, "FSInfo Sector Structure" and "ClnShutBitMask".
 */
import {
  type Bcb,
  CcPinMappedData,
  CcSetDirtyPinnedData,
  CcUnpinData,
} from '../../../personality/wdm/index.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import { SECTOR } from './media.ts';
import type { Volume } from './volume.ts';

const LEAD = 0x4161_5252;
const STRUCTURE = 0x6141_7272;
const TRAIL = 0xaa55_0000;
const STRUCTURE_AT = 484;
const FREE_AT = 488;
const NEXT_AT = 492;
const TRAIL_AT = 508;
/** Tables up to this are counted, whatever FSInfo says. */
const COUNTED = 0x20_0000;

export class VolumeState {
  readonly #volume: Volume;
  /** It was found in use, or with a failure of its device. */
  wasDirty = false;
  #inUse = false;
  #hasFailed = false;
  #hasInfo = false;

  constructor(volume: Volume) {
    this.#volume = volume;
  }

  async look(): Promise<void> {
    const { geometry, fat } = this.#volume;
    this.wasDirty = geometry.wasDirty || ((await this.#tolerant(() => fat.isMarked())) ?? false);
    if (geometry.fsInfo !== 0) await this.#tolerant(() => this.#readInfo());
    if (geometry.fatType !== 32) await fat.freeCount();
  }

  async begin(): Promise<void> {
    if (this.#inUse) return;
    this.#inUse = true;
    if (!this.wasDirty) await this.#tolerant(() => this.#volume.fat.mark('used', false));
  }

  async settle(): Promise<void> {
    const { fat } = this.#volume;
    if (!fat.changed) return;
    fat.changed = false;
    if (this.#hasInfo) await this.#tolerant(() => this.#writeInfo());
  }

  async failed(): Promise<void> {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    await this.#tolerant(() => this.#volume.fat.mark('failed', false));
  }

  async quiet(): Promise<void> {
    if (!this.#inUse) return;
    if (!this.wasDirty) await this.#tolerant(() => this.#volume.fat.mark('clean', true));
    this.#inUse = false;
  }

  /** What is said beside the files must not fail because of itself. */
  async #tolerant<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof NtException) return undefined;
      throw error;
    }
  }

  async #readInfo(): Promise<void> {
    const { geometry, fat } = this.#volume;
    const bcb = await this.#volume.map(geometry.fsInfo, SECTOR);
    const word = (at: number) => bcb.window.getUint32(at) >>> 0;
    const signed = word(0) === LEAD && word(STRUCTURE_AT) === STRUCTURE && word(TRAIL_AT) === TRAIL;
    const [free, next] = [word(FREE_AT), word(NEXT_AT)];
    CcUnpinData(bcb);
    this.#hasInfo = signed;
    if (!signed || this.wasDirty) return;
    const believed = geometry.fatUsed > COUNTED && free <= geometry.clusterCount;
    fat.trust({ free: believed ? free : undefined, next });
  }

  async #writeInfo(): Promise<void> {
    const { geometry, fat } = this.#volume;
    const free = await fat.freeCount();
    const bcb: Bcb = await this.#volume.map(geometry.fsInfo, SECTOR);
    CcPinMappedData(bcb);
    bcb.window.setUint32(FREE_AT, free);
    bcb.window.setUint32(NEXT_AT, fat.hint);
    CcSetDirtyPinnedData(bcb, FREE_AT, 8, true);
    CcUnpinData(bcb);
  }
}
