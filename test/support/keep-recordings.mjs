/**
 * Sessions of a test that failed, as files: `neptune-os`'s `replay` plays them, in the same build.
 *
 *   await keepRecordings(browser, folder)   of every page that has a machine; the files' names. It
 *                                           never rejects: what failed is the test
 *
 * In topology *isolated* there is none, and a system that answers nothing any more has none either.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const LIMIT_MS = 10_000;
let count = 0;

/** In the page: base64; undefined where there is nothing to be had. */
async function recorded() {
  const machine = document.querySelector('neptune-os');
  const bytes = new Uint8Array(await (await machine.recording()).arrayBuffer());
  const texts = [];
  for (let at = 0; at < bytes.length; at += 0x8000)
    texts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(texts.join(''));
}

async function recordingOf(page) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, LIMIT_MS)));
  const text = await Promise.race([page.evaluate(recorded).catch(() => undefined), late]);
  clearTimeout(timer);
  return text;
}

export async function keepRecordings(browser, folder) {
  const test = basename(process.argv[1] ?? 'test').split('.')[0];
  const files = [];
  for (const page of browser.contexts().flatMap((context) => context.pages())) {
    const text = await recordingOf(page);
    if (!text) continue;
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${test}-${process.pid}-${++count}.neptune`);
    writeFileSync(file, Buffer.from(text, 'base64'));
    files.push(file);
  }
  return files;
}
