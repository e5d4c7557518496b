/**
 * The system in Node: sources bundled, and loaded so that they find what the build has made.
 *
 *   bundled(source, name, define)   the module, with all that it imports; its bundle is
 *                                   build/<name>/run.mjs
 *
 * What is loaded asks for files by address (the kernel, images) as in a browser. Its channels,
 * which wait for messages for ever, do not keep Node alive.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from './process.mjs';

let fetches = false;

/** Node fetches no files. */
function fetchFiles() {
  if (fetches) return;
  fetches = true;
  const { fetch } = globalThis;
  globalThis.fetch = (address, ...rest) =>
    String(address).startsWith('file:')
      ? Promise.resolve(new Response(readFileSync(fileURLToPath(address))))
      : fetch(address, ...rest);
}

async function load(address) {
  const { MessageChannel } = globalThis;
  const ports = [];
  globalThis.MessageChannel = function () {
    const channel = new MessageChannel();
    ports.push(channel.port1, channel.port2);
    return channel;
  };
  const module = await import(address);
  globalThis.MessageChannel = MessageChannel;
  for (const port of ports) port.unref();
  return module;
}

export async function bundled(source, name, define = {}) {
  fetchFiles();
  // As deep below the root as the sources, which say where the build is by their own place.
  const outfile = join(ROOT, 'build', name, 'run.mjs');
  const common = { bundle: true, platform: 'node', format: 'esm', logLevel: 'warning' };
  await build({ ...common, define, entryPoints: [join(ROOT, source)], outfile });
  return load(pathToFileURL(outfile).href);
}
