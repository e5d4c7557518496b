/**
 * Makes the sample disks: every folder beside this file becomes a floppy image.
 *
 *   node disks/make.mjs [output folder]     build/disks where none is named
 *                                           blank.img among them: formatted, nothing on it;
 *                                           and each once more as it travels, x.img.gz
 *   makeDisks(output)                       the same for other scripts; the paths of what was made
 *
 * The disk is called as its folder, in capitals. Text (.TXT, .CMD, .BAT) is kept with the line
 * ends of the repository and goes onto the disk with CR LF; it must be plain ASCII of at most 78
 * columns, so that it reads well on every screen.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { makeDisk } from './fat12.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const DEFAULT_OUTPUT = fileURLToPath(new URL('../build/disks', import.meta.url));
const WIDEST_LINE = 78;

/** The date of every file: the disks are the same bytes whenever they are made. */
const DATE = new Date('2026-11-22T12:00:00Z');

/** A text as it goes onto the disk; throws where somebody could not read it there. */
export function packText(text, path) {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  lines.forEach((line, i) => {
    const place = `${path}, line ${i + 1}`;
    if (line.length > WIDEST_LINE) throw new Error(`${place}: ${line.length} columns`);
    if (/[^\t\x20-\x7e]/.test(line)) throw new Error(`${place}: not plain ASCII`);
  });
  return new TextEncoder().encode(lines.join('\r\n'));
}

function readFolder(folder) {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile());
  return paths
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort()
    .map((path) => {
      const bytes = new Uint8Array(readFileSync(join(folder, path)));
      const isText = /\.(txt|cmd|bat)$/i.test(path);
      const name = path.split(sep).join('/');
      return {
        path: name,
        bytes: isText ? packText(new TextDecoder().decode(bytes), name) : bytes,
      };
    });
}

export function makeDisks(output = DEFAULT_OUTPUT) {
  mkdirSync(output, { recursive: true });
  const folders = readdirSync(HERE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const write = (name, label, files) => {
    const path = join(output, `${name}.img`);
    const image = makeDisk({ label, files, date: DATE });
    writeFileSync(path, image);
    writeFileSync(`${path}.gz`, gzipSync(image, { level: 9 }));
    return path;
  };
  const filled = folders.map(({ name }) =>
    write(name, name.toUpperCase(), readFolder(join(HERE, name))),
  );
  return [...filled, write('blank', '', [])];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    for (const path of makeDisks(process.argv[2])) console.log(`made ${path}`);
  } catch (error) {
    console.error(`disks: ${error.message}`);
    process.exitCode = 1;
  }
}
