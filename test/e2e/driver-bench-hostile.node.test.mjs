/**
 * What a source of the bench finds where it runs, in both topologies: no name that leads out of its
 * realm, no code from text, no shared memory; and whatever it does with a request, Kill ends it.
 */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { exec, image, withSite } from './site.mjs';

const NAMES = [
  ...['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'BroadcastChannel', 'MessageChannel'],
  ...['Worker', 'SharedWorker', 'indexedDB', 'caches', 'navigator', 'location', 'importScripts'],
  ...[
    'postMessage',
    'onmessage',
    'addEventListener',
    'self',
    'document',
    'window',
    'parent',
    'top',
  ],
  ...['setTimeout', 'queueMicrotask', 'performance', 'console', 'eval', 'Blob', 'URL', 'crypto'],
  ...['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'WeakRef', 'structuredClone', 'localStorage'],
];

/** Runs when the driver is loaded; a read answers how many ways out it found, and the first. */
const PRIES = `
import { IRP_MJ_READ } from 'rtl/irp';
import { DO_BUFFERED_IO, FILE_DEVICE_NULL } from 'rtl/nt';
import * as wdm from 'wdm';
const found = [];
for (const name of ${JSON.stringify(NAMES)})
  if (globalThis[name] !== undefined) found.push(name);
const tries = (what, act) => { try { act(); found.push(what); } catch { /* refused */ } };
for (const each of [() => 0, async () => 0, function* () {}, async function* () {}])
  tries('code from text', () => each.constructor('return this')());
tries('constructor.constructor', () => wdm.IoCreateDevice.constructor.constructor('return this')());
tries('eval', () => (0, globalThis.eval)('1'));
tries('a prototype', () => { Array.prototype.push = () => found.push('never'); });
tries('a global', () => { globalThis.left = 1; if (globalThis.left !== 1) throw 0; delete globalThis.left; });
// Here, since a coroutine of the driver awaits nothing but what the system gives it to wait for.
for (const address of ['/leak?1', './leak?2', 'data:text/javascript,export default 1'])
  await import(address).then(() => found.push('import ' + address), () => undefined);
const entry = async (driver) => {
  await wdm.IoCreateDevice(driver, { name: '\\\\Device\\\\Evil', type: FILE_DEVICE_NULL,
    flags: DO_BUFFERED_IO, extension: undefined });
  wdm.fillDispatch(driver, wdm.OPENING, wdm.succeed);
  const window = driver.runtime.transport.window(0x01000000, 16, false);
  const bytes = window.read(0, 16);
  if (bytes.buffer.byteLength !== 16) found.push('shared memory');
  driver.majorFunction[IRP_MJ_READ] = (_device, irp) => {
    const data = new TextEncoder().encode(found.length + ' ' + (found[0] ?? '')).slice(0, 64);
    return wdm.IoCompleteRequest(irp, 0, data.length, { data });
  };
  return 0;
};
export const image = wdm.driverImage(entry);
`;

/** A driver that does this with a read. */
const reading = (body) => `
import { IRP_MJ_READ } from 'rtl/irp';
import { DO_BUFFERED_IO, FILE_DEVICE_NULL } from 'rtl/nt';
import * as wdm from 'wdm';
const entry = async (driver) => {
  await wdm.IoCreateDevice(driver, { name: '\\\\Device\\\\Mine', type: FILE_DEVICE_NULL,
    flags: DO_BUFFERED_IO, extension: undefined });
  wdm.fillDispatch(driver, wdm.OPENING, wdm.succeed);
  const queue = wdm.IoCsqInitialize();
  driver.majorFunction[IRP_MJ_READ] = (_device, irp) => { ${body} };
  return 0;
};
export const image = wdm.driverImage(entry);
`;

const load = (page, source) =>
  page.evaluate(async (text) => {
    const bench = document.querySelector('neptune-bench');
    bench.source = text;
    await bench.load();
  }, source);

async function drivers(page) {
  await page.getByRole('button', { name: 'Drivers', exact: true }).click();
  await page.locator('neptune-bench .cm-content').waitFor();
}

async function withDisk(page) {
  const bytes = [...image({ 'SECRET.TXT': 'secret\n' })];
  await page.evaluate(
    (data) => document.querySelector('neptune-os').insertDisk('B:', Uint8Array.from(data)),
    bytes,
  );
}

suite('e2e/driver-bench-hostile', () => {
  for (const isolated of [false, true])
    test(`${isolated ? 'isolated' : 'single'}: a source finds no way out`, () =>
      withSite(
        async ({ open }) => {
          const page = await open();
          await withDisk(page);
          await drivers(page);
          const asked = [];
          page.context().on('request', (request) => asked.push(request.url()));
          await load(page, PRIES);
          const { output } = await exec(page, 'devio read \\Device\\Evil 64');
          assert.match(output, /STATUS_SUCCESS[^]* 0 \s*$/, output);
          assert.deepEqual(
            asked.filter((url) => url.includes('leak')),
            [],
          );
          assert.equal((await exec(page, 'type b:\\secret.txt')).output, 'secret\n');
        },
        { isolated },
      ));

  for (const [isolated, what, body] of [
    [false, 'keeps', 'wdm.IoMarkIrpPending(irp); wdm.IoCsqInsertIrp(queue, irp); return 0x103;'],
    [true, 'never returns', 'for (;;);'],
  ])
    test(`${isolated ? 'isolated' : 'single'}: one that ${what} the bench’s own request is killed, and nobody waited`, () =>
      withSite(
        async ({ open }) => {
          const page = await open();
          await withDisk(page);
          await drivers(page);
          await load(page, reading(body));
          const view = page.locator('neptune-bench');
          const press = (name) => view.getByRole('button', { name, exact: true }).click();
          const requests = () =>
            page.evaluate(async () => {
              const { irps } = await document.querySelector('neptune-os').snapshot();
              return irps.filter(({ driver }) => driver === 'mine').length;
            });
          await press('Send');
          while ((await requests()) === 0);
          // Its turn is after the bench's.
          const asked = exec(page, 'lsdrv');
          await press('Kill');
          await view.locator('.said', { hasText: /STATUS_|was killed/ }).waitFor();
          assert.doesNotMatch((await asked).output, /mine/);
          assert.equal((await exec(page, 'type b:\\secret.txt')).output, 'secret\n');
        },
        { isolated },
      ));
});
