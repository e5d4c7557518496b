/**
 * Pictures of what tests see, for people who want to look: nothing is asserted of them, and each
 * costs a fifth of a second of a core. NEPTUNE_SHOTS names the folder that they go to; without it
 * there are none.
 *
 *   shoot(page, name, options)   NEPTUNE_SHOTS/<name>.png, once the page is drawn as it is now
 *   drawn(page)                  what was changed can be seen
 */
import { join, resolve } from 'node:path';

const folder = process.env.NEPTUNE_SHOTS;

export function drawn(page) {
  return page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame++)
      await new Promise((next) => requestAnimationFrame(next));
  });
}

export async function shoot(page, name, options = {}) {
  await drawn(page);
  if (folder) await page.screenshot({ ...options, path: join(resolve(folder), `${name}.png`) });
}
