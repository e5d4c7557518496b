/** npm run trace: in Node, without a browser, and for *isolated* in one. Takes what is built. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { ROOT } from '../../scripts/process.mjs';

const execute = promisify(execFile);
const SCRIPT = join(ROOT, 'scripts/trace.mjs');
const LIMIT_MS = 120_000;

const trace = (...words) =>
  execute(process.execPath, [SCRIPT, ...words], {
    timeout: LIMIT_MS,
    encoding: 'buffer',
    maxBuffer: 1 << 26,
  });

suite('e2e/trace', { timeout: 4 * LIMIT_MS }, () => {
  test('text: the way of a read, hop by hop, to the controller and back', async () => {
    const { stdout, stderr } = await trace('type A:\\README.TXT');
    assert.match(String(stderr), /^\d+ records, 0 lost$/m);
    const reads = String(stdout)
      .split('\n\n')
      .filter((call) => /ntcmd\.exe: NtReadFile, \d+ µs, STATUS_SUCCESS/.test(call));
    const cold = reads.find((call) => call.includes('README.TXT'));
    for (const words of [
      /ntcmd\.exe +calls NtReadFile/,
      /Executive +does not find page 0 of .*README\.TXT in the cache/,
      /fatfs +takes it/,
      /fdc +starts DMA of \d+ bytes/,
      /controller +READ DATA/,
      /controller +sector \d+ of cylinder \d+, side [01]: read/,
      /controller +interrupt line 6 rises/,
      /Executive +answers STATUS_SUCCESS/,
    ])
      assert.match(cold ?? '', words);
  });

  test('chrome, csv and fxt; what is no format, or no line, is refused', async () => {
    const chrome = JSON.parse(String((await trace('ver', '--format', 'chrome')).stdout));
    assert.ok(chrome.traceEvents.some(({ ph, name }) => ph === 'b' && name === 'NtWriteFile'));
    const csv = String((await trace('ver', '--format', 'csv', '--ports')).stdout);
    assert.match(csv, /^sequence,entry,time,processor,thread,what,words\r\n\d+,/);
    const fxt = (await trace('ver', '--format', 'fxt')).stdout;
    assert.deepEqual([...fxt.subarray(0, 8)], [0x10, 0, 4, 0x46, 0x78, 0x54, 0x16, 0]);
    for (const wrong of [['ver', '--format', 'gif'], [], ['ver', '--topology', 'many']])
      await assert.rejects(trace(...wrong), { code: 2 });
  });

  test('isolated: in a browser, with all processors in one order', async () => {
    const { stdout, stderr } = await trace('ver', '--topology', 'isolated', '--format', 'csv');
    assert.match(String(stderr), /^\d+ records, \d+ lost$/m);
    const rows = String(stdout).split('\r\n').slice(1, -1);
    const [sequences, processors] = [0, 3].map((column) =>
      rows.map((row) => Number(row.split(',')[column])),
    );
    assert.ok(new Set(processors).size > 2);
    assert.deepEqual(
      sequences,
      [...sequences].sort((a, b) => a - b),
    );
  });
});
