/**
 * `violations(page, look)`: what axe finds in it, in words. In `light`, or where no look is named,
 * everything; in others what colours alone can change, since roles, names and sizes are the same.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/process.mjs';

const AXE = readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8');

const OPTIONS = {
  resultTypes: ['violations'],
  /** A frame's document, and one that a test has made, need no heading of the first level. */
  rules: { 'page-has-heading-one': { enabled: false } },
};
const COLOURS = {
  resultTypes: ['violations'],
  runOnly: ['color-contrast', 'link-in-text-block'],
};

export async function violations(page, look = 'light') {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(
    (options) => globalThis.axe.run(document, options),
    look === 'light' ? OPTIONS : COLOURS,
  );
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  );
}
