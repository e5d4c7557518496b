/** Files that nobody has open are let go when there are many, though the oldest must stay. */
import { assert } from 'chai';
import * as native from '../../personality/ntdll/native.ts';
import { KEPT_LIMIT } from '../../personality/ntos/io/file/names.ts';
import * as memory from '../../personality/rtl/memory.ts';
import { makeImage } from '../support/mtools.ts';
import { SECTION, VIEW } from '../support/section-fields.ts';
import { bootClientRig, type Client } from './io-client.ts';

const COUNT = KEPT_LIMIT + 70;

async function map({ process }: Client, file: number): Promise<void> {
  const section = await native.NtCreateSection(process, {
    ...SECTION,
    protect: memory.PAGE_READONLY,
    file,
  });
  await native.NtMapViewOfSection(process, {
    ...VIEW,
    protect: memory.PAGE_READONLY,
    section: section.handle,
  });
}

suite('ntos/io kept files', function () {
  this.timeout(60_000);

  test('one that is mapped keeps none of the others', async () => {
    const files: Record<string, string> = { 'D/MAPPED.BIN': 'mapped' };
    for (let i = 0; i < COUNT; i++) files[`D/F${i}.TXT`] = 'x';
    const rig = await bootClientRig([await makeImage({ kib: 1440, files })]);
    const closes = async () => (await rig.counters())['io.irp.fatfs.close'] ?? 0;
    const before = await closes();
    await rig.client(async (client) => {
      const mapped = await client.opened('A:\\D\\MAPPED.BIN');
      await map(client, mapped);
      await client.close(mapped);
      for (let i = 0; i < COUNT; i++) {
        const handle = await client.opened(`A:\\D\\F${i}.TXT`);
        await client.read(handle, 0, 1);
        await client.close(handle);
      }
      // The last may be on its way.
      assert.isAtLeast(await closes(), before + COUNT - KEPT_LIMIT - 1);
    });
    await rig.end();
  });
});
