/**
 * Files as they travel: brotli or gzip, whichever the browser takes, made once.
 *
 *   encoded(file, info, accepted)   { coding, body } of a file, `info` its stat and `accepted` the
 *                                   request's Accept-Encoding; undefined: it goes as it is
 *
 * Source: RFC 9110 §12.5.3 (Accept-Encoding, weights).
 */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** What shrinks. Disk images are mostly zeros. */
const SHRINKS = new Set(
  '.css .html .img .js .json .map .md .mjs .svg .txt .wasm .webmanifest'.split(' '),
);

/** Above this brotli takes seconds for what it saves. */
const BROTLI_QUALITY = 6;

/** The better one first. */
const CODINGS = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 9 }),
};

/** By file and coding: `{ state, body }`, a promise of the bytes for that state of the file. */
const made = new Map();

function accepts(accepted, coding) {
  const asked = accepted.split(',').map((part) =>
    part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/),
  );
  const found = asked.find(([name]) => name === coding);
  return found !== undefined && !found.some((weight) => /^q=0(\.0*)?$/.test(weight));
}

export async function encoded(file, { size, mtimeMs }, accepted = '') {
  if (!SHRINKS.has(extname(file).toLowerCase())) return undefined;
  const coding = Object.keys(CODINGS).find((name) => accepts(accepted, name));
  if (!coding) return undefined;
  const key = `${coding} ${file}`;
  const state = `${size} ${mtimeMs}`;
  if (made.get(key)?.state !== state)
    made.set(key, { state, body: readFile(file).then(CODINGS[coding]) });
  const body = await made.get(key).body;
  return body.length < size ? { coding, body } : undefined;
}
