/**
 * A static file server, and npm start.
 *
 *   npm start                    builds, then serves dist/ as any static host would
 *   npm start -- --isolated      with the headers that make pages cross-origin isolated
 *   npm start -- --no-build      serves what is there
 *   npm start -- --port 9000     from this port on instead of 8080; a taken port is stepped over
 *
 *   startServer({ root, isolated, port, headers, heard })
 *                                for tests; port 0 is any free one; `heard` is told of each
 *                                request. Resolves to { url, port, close }
 *
 * Files may be loaded by other origins' pages, as the component is. They travel compressed
 * (compress.mjs), and not at all where the browser has them as they are; what has a hash of its
 * content for a name is not asked for twice. Only GET and HEAD; nothing
 * outside of `root` is served, nor are names that start with a dot.
 */
import { createReadStream, realpathSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { encoded } from './compress.mjs';
import { ROOT } from './process.mjs';

const FIRST_PORT = 8080;
const LAST_PORT = 65535;

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.gz': 'application/gzip',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.img': 'application/octet-stream',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
};

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** As vite.config.ts names assets. */
const ADDRESSED = /\/assets\/[^/]+-[\w-]{8}\.[a-z\d]+$/;
/** A browser keeps compiled code only of what need not be asked for again. */
const LASTING = { 'Cache-Control': 'public, max-age=31536000, immutable' };

/** The file that a request's path names, or undefined where there is none to give out. */
async function findFile(root, requestUrl) {
  let path;
  try {
    path = decodeURIComponent(new URL(requestUrl, 'http://host').pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0') || path.split(/[/\\]/).some((part) => part.startsWith('.'))) {
    return undefined;
  }
  const name = join(root, path.endsWith('/') ? `${path}index.html` : path);
  try {
    const file = realpathSync(name);
    const info = await stat(file);
    const inside = file.startsWith(root.endsWith(sep) ? root : root + sep);
    if (!inside) return undefined;
    return { file, info, directory: info.isDirectory() };
  } catch {
    return undefined;
  }
}

async function answer(request, response, root, headers) {
  const end = (status, more = {}) => {
    const text = `${status}\n`;
    response.writeHead(status, { ...headers, 'Content-Type': 'text/plain', ...more });
    response.end(request.method === 'HEAD' ? undefined : text);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return end(405, { Allow: 'GET, HEAD' });
  const found = await findFile(root, request.url ?? '/');
  if (!found) return end(404);
  if (found.directory) {
    const { pathname, search } = new URL(request.url, 'http://host');
    return end(301, { Location: `.${pathname.slice(pathname.lastIndexOf('/'))}/${search}` });
  }
  await send(request, response, found, headers);
}

/** Each coding of a file has a tag of its own: a browser takes none for the other. */
async function send(request, response, { file, info }, headers) {
  const smaller = await encoded(file, info, request.headers['accept-encoding']);
  const tag = `"${info.size}-${info.mtimeMs}${smaller ? `-${smaller.coding}` : ''}"`;
  const lasting = ADDRESSED.test(file.split(sep).join('/')) && LASTING;
  const all = { ...headers, ...lasting, ETag: tag, Vary: 'Accept-Encoding' };
  if (request.headers['if-none-match'] === tag) return response.writeHead(304, all).end();
  response.writeHead(200, {
    ...all,
    'Content-Type': TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream',
    'Content-Length': smaller ? smaller.body.length : info.size,
    ...(smaller && { 'Content-Encoding': smaller.coding }),
  });
  if (request.method === 'HEAD') return response.end();
  if (smaller) return response.end(smaller.body);
  const stream = createReadStream(file);
  stream.on('error', () => response.destroy());
  response.on('close', () => stream.destroy());
  stream.pipe(response);
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve(server.address().port);
    });
  });
}

export async function startServer({
  root,
  isolated = false,
  port = 0,
  headers = {},
  heard = () => undefined,
}) {
  const folder = realpathSync(root);
  const allHeaders = {
    'Access-Control-Allow-Origin': '*',
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    ...(isolated ? ISOLATION : {}),
    ...headers,
  };
  const server = createServer((request, response) => {
    heard(request);
    answer(request, response, folder, allHeaders).catch(() => response.destroy());
  });
  for (let tried = port; ; tried++) {
    try {
      const bound = await listen(server, tried);
      const close = () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        });
      return { url: `http://localhost:${bound}/`, port: bound, close };
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || port === 0 || tried >= LAST_PORT) throw error;
    }
  }
}

async function main(args) {
  const portAt = args.indexOf('--port');
  const port = portAt < 0 ? FIRST_PORT : Number(args[portAt + 1]);
  if (!Number.isInteger(port) || port < 1 || port > LAST_PORT) throw new Error('serve: bad --port');
  if (!args.includes('--no-build')) await build();
  const isolated = args.includes('--isolated');
  const { url } = await startServer({ root: join(ROOT, 'dist'), isolated, port });
  console.log(`Neptune Web: ${url}${isolated ? ' (isolated)' : ''}   Ctrl+C ends it`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
