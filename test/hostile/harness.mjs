/**
 * Hostile programs in a browser: bundles them and their page, serves both, counts every request.
 *
 *   ATTACKS                          their names: the files of images/
 *   withHostilePage(launch, isolated, work)
 *                                    `launch` a browser's of test/support/browsers.mjs; `work(page,
 *                                    requests)`, where `requests` are the paths asked for since the
 *                                    page was loaded
 */
import { createServer } from 'node:http';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { build } from 'esbuild';
import { buildCode, buildImages } from '../../scripts/code.mjs';
import { ROOT } from '../../scripts/process.mjs';

const FOLDER = 'build/test';
const HERE = 'test/hostile';

export const ATTACKS = readdirSync(join(ROOT, HERE, 'images')).map((name) => name.slice(0, -3));

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const TYPES = { js: 'text/javascript', wasm: 'application/wasm' };

export async function buildHostile() {
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  if (!process.env.NEPTUNE_TEST_BUILT) await buildCode();
  const sources = ATTACKS.map((name) => [name, `${HERE}/images/${name}.ts`]);
  await buildImages(Object.fromEntries(sources), `${FOLDER}/hostile`);
  await bundle(`${HERE}/page.ts`, `${FOLDER}/hostile-page.js`);
  await bundle(`${HERE}/fuzz/program.ts`, `${FOLDER}/fuzz-program.js`);
  await bundle(`${HERE}/fuzz/fuzz.worker.ts`, `${FOLDER}/fuzz.worker.js`, [OUTSIDE]);
}

/** What workers have in place of the platform's names: see scripts/code.mjs. */
const OUTSIDE = 'web/host/realm/outside.ts';

function bundle(source, outfile, inject = []) {
  const options = { bundle: true, format: 'esm', target: 'es2022', external: ['node:*'] };
  const logLevel = 'warning';
  return build({
    ...options,
    absWorkingDir: ROOT,
    entryPoints: [source],
    outfile,
    inject,
    logLevel,
  });
}

/** Runs in the page: the fuzzer's world in a worker, until it has made so many calls. */
async function fuzzInPage({ calls, seed, locked }) {
  const response = await fetch('/build/kernel.wasm');
  const module = await WebAssembly.compile(await response.arrayBuffer());
  const worker = new Worker('/build/test/fuzz.worker.js', { type: 'module' });
  const result = new Promise((done, fail) => {
    worker.onmessage = (event) => done(event.data);
    worker.onerror = (event) => fail(new Error(event.message));
  });
  const program = new URL('/build/test/fuzz-program.js', location.href).href;
  worker.postMessage({ module, program, calls, seed, locked });
  try {
    return await result;
  } finally {
    worker.terminate();
  }
}

export const fuzz = (page, job) => page.evaluate(fuzzInPage, job);

function answer(request, response, isolated) {
  const path = new URL(request.url, 'http://host').pathname;
  const headers = isolated ? ISOLATION : {};
  if (path === '/') {
    response.writeHead(200, { ...headers, 'Content-Type': 'text/html' });
    return response.end(
      '<!doctype html><body><script type="module" src="/build/test/hostile-page.js"></script>',
    );
  }
  try {
    const file = join(ROOT, normalize(path));
    if (!file.startsWith(join(ROOT, 'build'))) throw new Error('outside');
    const type = TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    const body = readFileSync(file);
    response.writeHead(200, { ...headers, 'Content-Type': type });
    response.end(body);
  } catch {
    // Whatever is asked for is answered as a script would want it: nothing fails for lack of one.
    response.writeHead(200, { ...headers, 'Content-Type': 'text/javascript' });
    response.end('export default 1;');
  }
}

export async function withHostilePage(launch, isolated, work) {
  const requests = [];
  const server = createServer((request, response) => {
    requests.push(request.url);
    answer(request, response, isolated);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${server.address().port}/`);
    await page.waitForFunction(() => typeof globalThis.bootHostile === 'function');
    return await work(page, requests);
  } finally {
    await browser.close();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}
