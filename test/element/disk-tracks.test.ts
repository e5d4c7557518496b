/** What a disk has beyond plain sectors: from the head of a drive into the store, and back. */
import { assert } from 'chai';
import { platformDoor } from '../../personality/sel4/index.ts';
import { Disk } from '../../web/element/disk.ts';
import { MachineHost } from '../../web/host/machine-host.ts';
import { readNote, sendNotes, type Note } from '../../web/host/notes.ts';
import type { DiskChange } from '../../web/store/types.ts';
import { createDiskStore } from '../../web/store/disks.ts';
import { createMemoryBackend } from '../../web/store/memory.ts';
import { FloppyDriver, patterned, size144 } from '../machine/floppy-driver.ts';

const at = 0x10000;
const WRITE_DELETED = 0x49;

/** A machine whose page hands everything to `commit`. */
function machineWith(
  commit: (changes: DiskChange[], tracks: Uint8Array | undefined) => Promise<void>,
) {
  const driver = new FloppyDriver();
  const nothing = (): void => {};
  const host = new MachineHost(
    driver.machine,
    {
      commit: async (_drive, changes, _asked, tracks) => {
        await commit(changes, tracks);
        return 'kept';
      },
      nvram: () => Promise.resolve({ result: 'kept' }),
      written: nothing,
      serialOutput: nothing,
      sound: nothing,
      keyboard: nothing,
    },
    nothing,
    platformDoor,
  );
  return { driver: driver.start(), host };
}

suite('element/disk: tracks', () => {
  test('a deleted sector is one after a reload, until it is written as a plain one', async () => {
    const store = createDiskStore({ backend: createMemoryBackend() });
    const home = { prefix: '', open: () => store.open('odd') };
    const disk = new Disk({ label: 'odd', image: patterned(size144), home, retry: 1e6 });
    const keep = async (changes: DiskChange[], tracks?: Uint8Array): Promise<void> => {
      disk.take(changes, tracks);
      assert.isTrue(disk.unsaved);
      await disk.save();
      assert.isFalse(disk.unsaved);
    };

    const { driver, host } = machineWith(keep);
    await host.control.insert(0, disk.image.slice(), false, [], disk.tracks);
    driver.programDma(0x4a, at, 512);
    assert.equal(driver.data([0, 0, 3, 2], { opcode: WRITE_DELETED })[0], 0);
    await host.control.keep(0);
    await disk.close();

    const hold = await store.open('odd');
    const found = (await hold.recover())!;
    assert.isUndefined(found.damage);
    const again = machineWith(async (changes, tracks) => {
      await hold.commit(changes, tracks);
    });
    await again.host.control.insert(0, found.image, false, [], found.tracks);
    assert.deepEqual(again.driver.read([0, 0, 3, 2], 512).slice(0, 3), [0, 0, 0x40]);
    again.driver.write([0, 0, 3, 2], 512);
    assert.deepEqual(again.driver.read([0, 0, 3, 2], 512).slice(0, 3), [0, 0, 0]);
    await again.host.control.keep(0);
    assert.isUndefined((await hold.recover())!.tracks);
    await hold.close();
  });

  test('an ordinary write hands over no tracks', async () => {
    const handed: (Uint8Array | undefined)[] = [];
    const { driver, host } = machineWith((_changes, tracks) => {
      handed.push(tracks);
      return Promise.resolve();
    });
    await host.control.insert(0, patterned(size144), false);
    driver.write([0, 0, 1, 2], 512);
    await host.control.keep(0);
    assert.deepEqual(handed, [undefined]);
  });

  test('what the store refused goes with the next attempt', async () => {
    const handed: (number | undefined)[] = [];
    const { driver, host } = machineWith((_changes, tracks) => {
      handed.push(tracks?.length);
      return handed.length === 1 ? Promise.reject(new Error('no')) : Promise.resolve();
    });
    await host.control.insert(0, patterned(size144), false);
    driver.programDma(0x4a, at, 512);
    driver.data([0, 0, 3, 2], { opcode: WRITE_DELETED });
    await host.control.keep(0);
    await host.control.keep(0);
    assert.lengthOf(handed, 2);
    assert.isAbove(handed[0]!, 0);
    assert.equal(handed[1], handed[0]);
  });

  test('the note of a commit has tracks, or none; anything else is no note', () => {
    const sent: Note[] = [];
    const { services } = sendNotes((note) => sent.push(note));
    void services.commit(0, [], true, Uint8Array.of(1));
    void services.commit(0, [], true);
    assert.deepEqual(
      sent.map((note) => 'tracks' in note),
      [true, false],
    );
    for (const note of sent) assert.deepEqual(readNote('machine', note), note);
    assert.isUndefined(readNote('machine', { ...sent[0], tracks: 'abc' }));
  });
});
