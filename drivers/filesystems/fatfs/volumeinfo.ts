/** QUERY_VOLUME_INFORMATION and SET_VOLUME_INFORMATION: label, serial number, sizes. */
import {
  decodeFsLabel,
  encodeFsAttribute,
  encodeFsFullSize,
  encodeFsSize,
  encodeFsVolume,
} from '../../../personality/rtl/information.ts';
import { decodeOem, encodeOem } from './oem.ts';
import { RtlUpcase } from '../../../personality/rtl/names.ts';
import {
  FileFsAttributeInformation,
  FileFsFullSizeInformation,
  FileFsLabelInformation,
  FileFsSizeInformation,
  FileFsVolumeInformation,
} from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import { KeQuerySystemTime } from '../../../personality/wdm/index.ts';
import { findLabel, placeEntries, removeEntry } from './directory.ts';
import { ATTRIBUTE_VOLUME_LABEL, DELETED, E5_STANDS_AS, encodeDirent } from './dirent.ts';
import { piecesOf, writeSlots } from './slots.ts';
import { ROOT, type Volume } from './volume.ts';

/** Case-preserving names, Unicode on disk (FILE_CASE_PRESERVED_NAMES, FILE_UNICODE_ON_DISK). */
const FILE_SYSTEM_ATTRIBUTES = 0x02 | 0x04;
const LABEL_LENGTH = 11;

export async function queryVolume(volume: Volume, infoClass: number): Promise<Uint8Array> {
  const { geometry, fat } = volume;
  const sizes = {
    totalUnits: geometry.clusterCount,
    freeUnits: await fat.freeCount(),
    sectorsPerUnit: geometry.sectorsPerCluster,
    bytesPerSector: geometry.bytesPerSector,
  };
  switch (infoClass) {
    case FileFsVolumeInformation:
      return encodeFsVolume({ created: 0, serial: geometry.serial, label: await labelOf(volume) });
    case FileFsSizeInformation:
      return encodeFsSize(sizes);
    case FileFsFullSizeInformation:
      return encodeFsFullSize(sizes);
    case FileFsAttributeInformation:
      return encodeFsAttribute({
        attributes: FILE_SYSTEM_ATTRIBUTES,
        maximumComponent: 255,
        name: `FAT${geometry.fatType}`,
      });
    default:
      throw new NtException(Status.STATUS_INVALID_INFO_CLASS);
  }
}

/** The root directory's label goes before the boot sector's. */
export async function labelOf(volume: Volume): Promise<string> {
  const found = await findLabel(volume);
  if (!found) return volume.geometry.label;
  const bytes = found.entry.shortBytes.slice();
  if (bytes[0] === E5_STANDS_AS) bytes[0] = DELETED;
  return decodeOem(bytes).trimEnd();
}

export async function setVolume(
  volume: Volume,
  infoClass: number,
  data: Uint8Array,
): Promise<void> {
  if (infoClass !== FileFsLabelInformation) throw new NtException(Status.STATUS_INVALID_INFO_CLASS);
  const label = RtlUpcase(decodeFsLabel(data)).trim();
  const bytes = encodeOem(label);
  if (!bytes || bytes.length > LABEL_LENGTH || /[*?/\\|.,;:+=<>[\]"]/.test(label))
    throw new NtException(Status.STATUS_OBJECT_NAME_INVALID);
  const old = await findLabel(volume);
  const shortBytes = new Uint8Array(LABEL_LENGTH).fill(0x20);
  shortBytes.set(bytes);
  if (shortBytes[0] === DELETED) shortBytes[0] = E5_STANDS_AS;
  const written = await KeQuerySystemTime(volume.driver);
  const facts = { firstCluster: 0, size: 0, created: 0, accessed: 0, written };
  const attributes = ATTRIBUTE_VOLUME_LABEL;
  const raw = encodeDirent({ shortBytes, attributes, ...facts });
  if (label === '') {
    if (old) await removeEntry(volume, ROOT, old.slot);
  } else if (old) await writeSlots(volume, await piecesOf(volume, ROOT), old.slot, [raw]);
  else await placeEntries(volume, ROOT, [raw]);
  const shown = label === '' ? encodeOem('NO NAME    ')! : shortBytes;
  await volume.writeBootLabel(shown);
  volume.geometry.label = label;
}
