/**
 * npm run trace: what happens in the system while one line is typed, without a browser.
 *
 *   npm run trace -- "type A:\README.TXT" [--format text|fxt|chrome|csv] [--disk file.img]
 *                    [--ports] [-o file]
 *
 * Boots topology *single* in Node, with the disk in drive A: (default: the tour's), types the line
 * at the prompt, and writes the trace: by default the way of each call, hop by hop, in words. `fxt`
 * opens in Perfetto, `chrome` in most tools. Takes the kernel and the images as built.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled } from './headless.mjs';
import { ROOT } from './process.mjs';

const USAGE =
  'usage: npm run trace -- "LINE" [--format text|fxt|chrome|csv] [--topology single] [--disk FILE] [--ports] [-o FILE]';

function refuse(words) {
  console.error(words);
  process.exit(2);
}

function given() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        format: { type: 'string', default: 'text' },
        topology: { type: 'string', default: 'single' },
        disk: { type: 'string', default: join(ROOT, 'build/disks/tour.img') },
        ports: { type: 'boolean', default: false },
        output: { type: 'string', short: 'o' },
      },
    });
  } catch (error) {
    return refuse(`${error.message}\n${USAGE}`);
  }
}

const { values, positionals } = given();
const [line] = positionals;
if (positionals.length !== 1 || line === '') refuse(USAGE);
if (values.topology !== 'single')
  refuse('Without a browser there is topology "single" alone: the others need workers.');

const { traceLine, FORMATS } = await bundled('web/headless/trace.ts', 'trace');
if (!Object.hasOwn(FORMATS, values.format)) refuse(USAGE);
const disk = new Uint8Array(readFileSync(values.disk));
const traced = await traceLine({ line, disk, ports: values.ports });
const made = FORMATS[values.format](traced);
if (values.output) writeFileSync(values.output, made);
else process.stdout.write(made);
const { records, lost } = traced;
console.error(`${records.length} records, ${lost} lost`);
process.exit(0);
