/**
 * The programs that look after disks, on the built site: one short journey for every engine and
 * topology. What they do to FAT in particular is in test/fstools.
 */
import assert from 'node:assert/strict';
import { exec, readText, writeText } from './site.mjs';

/** A disk is formatted, labelled, loses a file, and gets it back on another; it is in order. */
export async function diskPrograms(page) {
  const run = async (line) => {
    const { status, output } = await exec(page, line);
    assert.equal(status, 0, `${line}: ${output}`);
    return output;
  };
  await page.evaluate(() =>
    document.querySelector('neptune-os').insertDisk('B:', new Uint8Array(1_474_560)),
  );
  await run('format B: /q /v:SPARE /y');
  await writeText(page, 'B:\\Lost file.txt', 'found again');
  await run('sync');
  await run('del "B:\\Lost file.txt"');
  assert.match(await run('undelete B:\\'), /Lost file\.txt/);
  await run('undelete B:\\ /to:A:\\');
  await run('label B:BACK');
  assert.match(await run('chkdsk B:'), /BACK/);
  await run('defrag B:');
  await run('chkdsk B: /f');
  assert.equal(await readText(page, 'A:\\Lost file.txt'), 'found again');
}
