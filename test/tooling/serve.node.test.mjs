/** The static server gives out what is in its folder, with the right types, and nothing else. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { startServer } from '../../scripts/serve.mjs';

/** A path exactly as written: fetch would take its `..` away. */
function rawStatus(port, path, method = 'GET') {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** The answer as it came over the line: fetch would unpack it. */
function rawGet(port, path, headers) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(pieces),
        }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

suite('static server', () => {
  let folder = '';
  let plain;
  let isolated;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'neptune-serve-'));
    const root = join(folder, 'root');
    mkdirSync(join(root, 'deep'), { recursive: true });
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    writeFileSync(join(root, '.hidden'), 'hidden');
    writeFileSync(join(root, 'index.html'), '<title>top</title>');
    writeFileSync(join(root, 'deep/index.html'), '<title>deep</title>');
    writeFileSync(join(root, 'kernel.wasm'), Uint8Array.of(0, 0x61, 0x73, 0x6d));
    writeFileSync(join(root, 'a b.js'), 'export {};');
    writeFileSync(join(root, 'zeros.img'), new Uint8Array(1474560));
    writeFileSync(join(root, 'packed.gz'), new Uint8Array(4096));
    symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'));
    plain = await startServer({ root });
    isolated = await startServer({ root, isolated: true, headers: { 'X-Trial': 'yes' } });
  });
  after(async () => {
    await plain.close();
    await isolated.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('answers with types that browsers insist on', async () => {
    const types = {
      '': 'text/html; charset=utf-8',
      'kernel.wasm': 'application/wasm',
      'a%20b.js': 'text/javascript; charset=utf-8',
      'deep/': 'text/html; charset=utf-8',
    };
    for (const [path, type] of Object.entries(types)) {
      const response = await fetch(plain.url + path);
      assert.equal(response.status, 200, path);
      assert.equal(response.headers.get('content-type'), type, path);
      assert.equal(response.headers.get('access-control-allow-origin'), '*', path);
      assert.ok((await response.arrayBuffer()).byteLength > 0, path);
    }
  });

  test('compresses what shrinks, as far as the browser takes it', async () => {
    const ask = async (path, accepted, more = {}) => {
      const headers = { 'accept-encoding': accepted, ...more };
      const { status, headers: got, body } = await rawGet(plain.port, path, headers);
      return { status, coding: got['content-encoding'], length: body.length, tag: got.etag, got };
    };
    const brotli = await ask('/zeros.img', 'gzip, deflate, br');
    assert.equal(brotli.coding, 'br');
    assert.ok(brotli.length < 4096, `${brotli.length} bytes`);
    assert.equal(brotli.got.vary, 'Accept-Encoding');
    assert.equal(Number(brotli.got['content-length']), brotli.length);
    const gzip = await ask('/zeros.img', 'br;q=0, gzip');
    assert.equal(gzip.coding, 'gzip');
    const plainly = await ask('/zeros.img', 'identity');
    assert.deepEqual([plainly.coding, plainly.length], [undefined, 1474560]);
    assert.equal(new Set([brotli.tag, gzip.tag, plainly.tag]).size, 3, 'each has its own tag');
    assert.equal((await ask('/packed.gz', 'gzip, br')).coding, undefined);
    assert.equal((await ask('/kernel.wasm', 'gzip, br')).coding, undefined, 'it would grow');
  });

  test('sends nothing that the browser has, and what was changed anew', async () => {
    const path = '/a%20b.js';
    const first = await rawGet(plain.port, path, {});
    const again = { 'if-none-match': first.headers.etag };
    const second = await rawGet(plain.port, path, again);
    assert.deepEqual([second.status, second.body.length], [304, 0]);
    writeFileSync(join(folder, 'root/a b.js'), 'export { };');
    assert.equal((await rawGet(plain.port, path, again)).status, 200);
  });

  test('has a name that is a hash of its content asked for once, and no other', async () => {
    const assets = join(folder, 'root/assets');
    mkdirSync(assets);
    for (const name of ['main-Ab3_-9xZ.js', 'main.js'])
      writeFileSync(join(assets, name), 'export {};');
    const told = async (path) => (await rawGet(plain.port, path, {})).headers['cache-control'];
    assert.match(await told('/assets/main-Ab3_-9xZ.js'), /immutable/);
    assert.equal(await told('/assets/main.js'), 'no-cache');
    assert.equal(await told('/index.html'), 'no-cache');
  });

  test('leads a folder without its slash to the page in it', async () => {
    const response = await fetch(`${plain.url}deep?a=1`);
    assert.equal(response.url, `${plain.url}deep/?a=1`);
    assert.match(await response.text(), /deep/);
  });

  test('gives out nothing outside of its folder, nor hidden files', async () => {
    const paths = ['/../secret.txt', '/%2e%2e/secret.txt', '/deep/..%2f..%2fsecret.txt'];
    for (const path of [...paths, '/link.txt', '/.hidden', '/%00', '/%', '/gone', '//x/gone']) {
      assert.equal(await rawStatus(plain.port, path), 404, path);
    }
    assert.equal(await rawStatus(plain.port, '/', 'POST'), 405);
    assert.equal(await rawStatus(plain.port, '/', 'HEAD'), 200);
  });

  test('is isolated only when asked', async () => {
    const headers = ['cross-origin-opener-policy', 'cross-origin-embedder-policy', 'x-trial'];
    const read = async (server) => {
      const response = await fetch(server.url);
      await response.arrayBuffer();
      return headers.map((name) => response.headers.get(name));
    };
    assert.deepEqual(await read(plain), [null, null, null]);
    assert.deepEqual(await read(isolated), ['same-origin', 'require-corp', 'yes']);
  });

  test('steps over a port that is taken', async () => {
    const next = await startServer({ root: folder, port: plain.port });
    try {
      assert.ok(next.port > plain.port);
    } finally {
      await next.close();
    }
  });
});
