/**
 * Disks of the first PCs, which have no BIOS parameter block: the media byte tells their format.
 *
 * No tool makes them, so the test writes one byte by byte, as PC DOS 1 and 2 formatted them.
 */
import { assert } from 'chai';
import { decodeFsSize } from '../../../personality/rtl/information.ts';
import { FileFsSizeInformation } from '../../../personality/rtl/nt.ts';
import { runMtools } from '../../support/mtools.ts';
import { assertBytes } from './judge.ts';
import { mountImage, patterned, statusOf } from './rig.ts';

interface Early {
  kib: number;
  media: number;
  sectorsPerCluster: number;
  rootEntries: number;
  sectorsPerFat: number;
  clusters: number;
}

const disks: Early[] = [
  {
    kib: 160,
    media: 0xfe,
    sectorsPerCluster: 1,
    rootEntries: 64,
    sectorsPerFat: 1,
    clusters: 313,
  },
  {
    kib: 180,
    media: 0xfc,
    sectorsPerCluster: 1,
    rootEntries: 64,
    sectorsPerFat: 2,
    clusters: 351,
  },
  {
    kib: 320,
    media: 0xff,
    sectorsPerCluster: 2,
    rootEntries: 112,
    sectorsPerFat: 1,
    clusters: 315,
  },
  {
    kib: 360,
    media: 0xfd,
    sectorsPerCluster: 2,
    rootEntries: 112,
    sectorsPerFat: 2,
    clusters: 354,
  },
];

function format({ kib, media, sectorsPerFat }: Early): Uint8Array {
  const image = new Uint8Array(kib * 1024);
  for (let copy = 0; copy < 2; copy++)
    image.set([media, 0xff, 0xff], 512 * (1 + copy * sectorsPerFat));
  return image;
}

/** The same disk with a parameter block, so that tools can read it. */
function describe(image: Uint8Array, disk: Early): Uint8Array {
  const described = image.slice();
  const view = new DataView(described.buffer);
  described.set([0xeb, 0x3c, 0x90]);
  view.setUint16(11, 512, true);
  described[13] = disk.sectorsPerCluster;
  view.setUint16(14, 1, true);
  described[16] = 2;
  view.setUint16(17, disk.rootEntries, true);
  view.setUint16(19, disk.kib * 2, true);
  described[21] = disk.media;
  view.setUint16(22, disk.sectorsPerFat, true);
  view.setUint16(24, disk.kib % 180 === 0 ? 9 : 8, true);
  view.setUint16(26, disk.kib >= 320 ? 2 : 1, true);
  described[38] = 0x29;
  described.set(new TextEncoder().encode('NO NAME    FAT12   '), 43);
  described.set([0x55, 0xaa], 510);
  return described;
}

suite('fatfs: early formats', () => {
  for (const disk of disks)
    test(`${disk.kib} KiB`, async () => {
      const rig = await mountImage(format(disk));
      const { result } = await rig.queryVolume(FileFsSizeInformation);
      assert.deepInclude(decodeFsSize(result.data!), {
        totalUnits: disk.clusters,
        freeUnits: disk.clusters,
        sectorsPerUnit: disk.sectorsPerCluster,
      });
      await rig.writeFile('HELLO.TXT', patterned(5000));
      await rig.flush();
      const image = describe(rig.image, disk);
      const { stdout } = await runMtools('mtype', ['-i', 'IMAGE', '::/HELLO.TXT'], image);
      assertBytes(stdout, patterned(5000), 'HELLO.TXT');
      const verdict = await runMtools('fsck.fat', ['-n', 'IMAGE'], image);
      assert.equal(verdict.status, 0, new TextDecoder().decode(verdict.stdout));
    });

  test('a parameter block without a jump counts if the media bytes agree', async () => {
    const image = describe(format(disks[3]!), disks[3]!);
    image.fill(0, 0, 3);
    assert.equal(await statusOf(mountImage(image)), 'STATUS_SUCCESS');
    image[21] = 0xf0;
    image[512] = 0x77;
    assert.equal(await statusOf(mountImage(image)), 'STATUS_UNRECOGNIZED_VOLUME');
  });
});
