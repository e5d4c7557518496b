/** Links as the element makes them, and images as files. */
import { assert } from 'chai';
import { imageName } from '../../web/element/download.ts';
import { lengthAdvice } from '../../web/element/link-limits.ts';
import { openLink } from '../../web/store/share/link.ts';
import { removeAll, running } from './fixture.ts';

const refusal = async (link: Promise<string>): Promise<string> =>
  link.then(
    () => 'a link',
    (error: unknown) => (error as Error).message,
  );

suite('element/share', () => {
  teardown(removeAll);

  test('an empty drive gives no link', async () => {
    const { element } = await running({});
    assert.match(await refusal(element.share()), /^There is no disk to share/);
    await element.insertDisk('A:', new Uint8Array(368_640));
    assert.match(await refusal(element.share({ drives: ['B:'] })), /^B: has no disk to share/);
    assert.equal(await refusal(element.share()), 'a link');
  });

  test('without a disk there is nothing to copy, and it is said what to do', async () => {
    const { element } = await running({ controls: '' });
    const dialog = () => element.shadowRoot!.querySelector('dialog[open]')!;
    const buttons = () => [...dialog().querySelectorAll('button')].map((one) => one.textContent);
    await element.showShare();
    await element.updateComplete;
    assert.include(dialog().textContent, 'Insert a disk first, then share it.');
    assert.notInclude(dialog().textContent, 'Anyone with the link');
    assert.deepEqual(buttons(), ['Close']);
    dialog().querySelector('button')!.click();
    await element.insertDisk('A:', new Uint8Array(368_640));
    await element.showShare();
    await element.updateComplete;
    assert.deepEqual(buttons(), ['Copy link', 'Close']);
    dialog().querySelectorAll('button')[1]!.click();
  });

  test('a packed file is shown by the name that comes out', async () => {
    const { element } = await running({ controls: '' });
    const raw = new Blob([new Uint8Array(368_640)]).stream();
    const packed = await new Response(raw.pipeThrough(new CompressionStream('gzip'))).blob();
    await element.takeFiles([new File([packed], 'whole.img.gz')]);
    await element.updateComplete;
    assert.equal(element.shadowRoot!.querySelector('.drive .label')!.textContent, 'whole.img');
  });

  test('the disk keeps its name', async () => {
    const { element } = await running({});
    await element.insertDisk('B:', new Uint8Array(368_640), { label: 'letters & notes' });
    const { disks } = await openLink(await element.share());
    assert.deepInclude(disks.b, { kind: 'inline', label: 'letters & notes' });
  });

  test('who may not be able to take a long link is told', () => {
    assert.equal(lengthAdvice(1900), '');
    assert.match(lengthAdvice(2_050), /^Too long for Discord \(2,000\)\.$/);
    assert.match(lengthAdvice(9_000), /Telegram \(4,096\)\.$/);
    assert.match(lengthAdvice(500_000), /WhatsApp .*Download/);
    assert.match(lengthAdvice(1_900_000), /Firefox \(1,048,576\) does not open it/);
  });

  test('a file is called as the disk, with one ending', () => {
    const names = ['x.img.gz', 'x.img', 'x', 'x.IMA', 'a.b.flp', '', '.img'].map(imageName);
    assert.deepEqual(names, [
      ...['x.img', 'x.img', 'x.img', 'x.IMA', 'a.b.flp', 'disk.img', 'disk.img'],
    ]);
  });
});
