/** `violations(page)`: what axe finds in it, in words. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/process.mjs';

const AXE = readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8');

/** A frame's document, and one that a test has made, need no heading of the first level. */
const OPTIONS = { rules: { 'page-has-heading-one': { enabled: false } } };

export async function violations(page) {
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(
    (options) => globalThis.axe.run(document, options),
    OPTIONS,
  );
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  );
}
