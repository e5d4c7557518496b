/**
 * npm run trace: what happens in the system while one line is typed, without a browser.
 *
 *   npm run trace -- "type A:\README.TXT" [--format text|fxt|chrome|csv] [--disk file.img]
 *                    [--ports] [--topology isolated] [-o file]
 *
 * Boots topology *single* in Node, with the disk in drive A: (default: the tour's), types the line
 * at the prompt, and writes the trace: by default the way of each call, hop by hop, in words. `fxt`
 * opens in Perfetto, `chrome` in most tools. Takes the kernel and the images as built. *isolated*
 * needs workers, so it takes the built site, in Chromium.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { oneArgument, refuse } from './arguments.mjs';
import { bundled } from './headless.mjs';
import { ROOT } from './process.mjs';
import { traceInBrowser } from './trace/in-browser.mjs';

const USAGE =
  'usage: npm run trace -- "LINE" [--format text|fxt|chrome|csv] [--topology single|isolated] [--disk FILE] [--ports] [-o FILE]';

const { given: line, values } = oneArgument(USAGE, {
  format: { type: 'string', default: 'text' },
  topology: { type: 'string', default: 'single' },
  disk: { type: 'string', default: join(ROOT, 'build/disks/tour.img') },
  ports: { type: 'boolean', default: false },
  output: { type: 'string', short: 'o' },
});
if (!['single', 'isolated'].includes(values.topology)) refuse(USAGE);

const { traceLine, FORMATS } = await bundled('web/headless/trace.ts', 'trace');
if (!Object.hasOwn(FORMATS, values.format)) refuse(USAGE);
const disk = new Uint8Array(readFileSync(values.disk));
const trace = values.topology === 'single' ? traceLine : traceInBrowser;
const traced = await trace({ line, disk, ports: values.ports });
const made = FORMATS[values.format](traced);
if (values.output) writeFileSync(values.output, made);
else process.stdout.write(made);
const { records, lost } = traced;
console.error(`${records.length} records, ${lost} lost`);
process.exit(0);
