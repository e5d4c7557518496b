/**
 * What stands beside the machine on the site, in any engine: files, box and map, by what a page
 * itself can press. Only `evaluate` is asked of the driver.
 *
 *   besideJourney(page)   a page of the site at its first prompt
 */
import assert from 'node:assert/strict';
import { READY_MS } from './site.mjs';

/** In the page: `until(what)` waits for something that is true; the views by their buttons. */
async function inPage(limit) {
  const machine = document.querySelector('neptune-os');
  const until = async (words, what) => {
    const end = Date.now() + limit;
    for (;;) {
      const found = await what();
      if (found) return found;
      if (Date.now() > end) throw new Error(`${words}: it does not come`);
      await new Promise((later) => setTimeout(later, 30));
    }
  };
  const show = async (name, tag) => {
    document.querySelector(`[data-view="${name}"]`).click();
    const view = await until(
      name,
      () => document.querySelector(`${tag}:not([hidden])`)?.shadowRoot,
    );
    return { view: view.host, find: (what) => view.querySelector(what), root: view };
  };
  const press = (root, key) => {
    const options = { key, bubbles: true, composed: true, cancelable: true };
    root.activeElement.dispatchEvent(new KeyboardEvent('keydown', options));
  };
  const seen = {};

  const files = await show('files', 'neptune-files');
  const row = (name) =>
    until(name, () =>
      [...files.root.querySelectorAll('.row')].find((one) => one.textContent.includes(name)),
    );
  await row('README.TXT');
  const drawing = new OffscreenCanvas(4, 2);
  const pen = drawing.getContext('2d');
  pen.fillStyle = '#102030';
  pen.fillRect(0, 0, 4, 2);
  const picture = new File([await drawing.convertToBlob()], 'DOT.PNG');
  await machine.addFiles('A:\\', [new File(['Dear Sir,\r\n'], 'New letter.txt'), picture]);
  await row('New letter.txt');
  files.view.focus();
  await until('the focus', () => files.root.activeElement?.dataset.cell === '1');
  press(files.root, 'End');
  seen.isLast = await until('the last row', () =>
    [...files.root.querySelectorAll('.row')].at(-1).contains(files.root.activeElement),
  );
  await files.view.open('A:\\New letter.txt');
  seen.text = await until('the text', () => files.find('#viewer pre')?.textContent);
  files.find('#leave').click();
  await files.view.open('A:\\DOT.PNG');
  const canvas = await until('the picture', () => files.find('.picture canvas[data-drawn]'));
  seen.dot = [...canvas.getContext('2d').getImageData(3, 1, 1, 1).data];
  files.find('#leave').click();

  const box = await show('box', 'neptune-box');
  const disk = (name) => new File([new Uint8Array(368_640).fill(name.length)], name);
  await box.view.addFiles([disk('ONE.IMG'), disk('THREE.IMG')]);
  const into = await until('the disk', () => box.find('[aria-label="THREE.IMG in B:"]'));
  into.click();
  await until('it is in B:', () => into.getAttribute('aria-pressed') === 'true');
  seen.inB = [...new Uint8Array(await (await machine.exportDisk('B:')).slice(0, 1).arrayBuffer())];

  const map = await show('map', 'neptune-disk-map');
  const drawn = await until('the map', () => map.find('#map'));
  await until('it is drawn', () => drawn.height > 100);
  drawn.focus();
  press(map.root, 'ArrowRight');
  seen.sector = await until('a sector', () =>
    /sector 2/.test(map.find('#tells').textContent) ? map.find('#tells').textContent : undefined,
  );
  const { data } = drawn.getContext('2d').getImageData(0, 0, drawn.width, drawn.height);
  seen.colours = new Set(new Uint32Array(data.buffer)).size > 5;
  return seen;
}

export async function besideJourney(page) {
  const { sector, ...seen } = await page.evaluate(inPage, READY_MS);
  assert.deepEqual(seen, {
    isLast: true,
    text: 'Dear Sir,\n',
    dot: [0x10, 0x20, 0x30, 0xff],
    inB: ['THREE.IMG'.length],
    colours: true,
  });
  assert.match(sector, /^Cylinder 0, side 0, sector 2: good; system area/);
}
