/** Links as the element makes them, and images as files. */
import { assert } from 'chai';
import { imageName } from '../../web/element/download.ts';
import { lengthAdvice } from '../../web/parts/share/limits.ts';
import { openLink } from '../../web/store/share/link.ts';
import { fitsQr } from '../../web/parts/share/qr.ts';
import { pattern, rejection, removeAll, running, until } from './fixture.ts';

const refusal = async (link: Promise<string>): Promise<string> =>
  link.then(
    () => 'a link',
    (error: unknown) => (error as Error).message,
  );

/** Bytes that no packing makes shorter. */
const noisy = (bytes: number): Uint8Array => {
  let seed = 1;
  return Uint8Array.from({ length: bytes }, () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed >>> 16;
  });
};

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
    assert.deepEqual(buttons(), ['Copy link', 'QR code', 'Close']);
    dialog().querySelectorAll('button')[2]!.click();
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

  const opened = (element: { shadowRoot: ShadowRoot | null }): Element =>
    element.shadowRoot!.querySelector('dialog[open]')!;
  const shown = (element: { shadowRoot: ShadowRoot | null }): string =>
    opened(element).querySelector('textarea')!.value;

  test('the tab, the speed and the file to show are in it', async () => {
    const { element } = await running({ speed: 'real', topology: 'single' });
    await element.insertDisk('A:', new Uint8Array(368_640), { writeProtected: true });
    const { disks, settings, open } = await openLink(await element.share({ open: 'X.TXT' }));
    assert.isTrue(disks.a?.writeProtected);
    assert.deepEqual(settings, { speed: 'real', topology: 'single' });
    assert.equal(open, 'A:\\X.TXT');
  });

  test('of two disks each can be left out; the link says which are in it', async () => {
    const { element } = await running({ controls: '' });
    await element.insertDisk('A:', new Uint8Array(368_640), { label: 'one' });
    await element.insertDisk('B:', new Uint8Array(737_280), { label: 'two' });
    await element.showShare();
    await element.updateComplete;
    const boxes = () => [...opened(element).querySelectorAll('input')];
    assert.deepEqual(
      boxes().map(({ checked, parentElement }) => [checked, parentElement!.textContent!.trim()]),
      [
        [true, 'A: one'],
        [true, 'B: two'],
      ],
    );
    assert.match(opened(element).textContent!, /Anyone with the link has the whole disk/);
    boxes()[0]!.click();
    await until(() => /#b=/.test(shown(element)));
    assert.notMatch(shown(element), /[#&]a=/);
    boxes()[0]!.click();
    await until(() => /#a=.*&b=/.test(shown(element)));
  });

  test('the QR code is drawn where it fits', async () => {
    const { element } = await running({ controls: '' });
    await element.insertDisk('A:', new Uint8Array(368_640));
    await element.showShare();
    await element.updateComplete;
    const press = (name: string): void =>
      [...opened(element).querySelectorAll('button')]
        .find((one) => one.textContent === name)
        ?.click();
    press('QR code');
    await until(() => opened(element).querySelector('svg.qr path') !== null);
    const path = opened(element).querySelector('svg.qr path')!;
    assert.match(path.getAttribute('d')!, /^M4 4h1v1h-1z/, 'the first corner, behind a quiet zone');
    assert.isTrue(fitsQr('x'.repeat(1_732)));
    assert.isFalse(fitsQr('x'.repeat(1_733)));
  });

  suite('a disk that came from an address', () => {
    const SIZE = 737_280;
    const page = location.origin;
    const real = globalThis.fetch;
    let base: Uint8Array;
    let asked = 0;
    setup(() => {
      base = pattern(7);
      asked = 0;
      globalThis.fetch = (address, init) => {
        if (!String(address).endsWith('/far.img')) return real(address, init);
        asked++;
        return Promise.resolve(new Response(new Uint8Array(base)));
      };
    });
    teardown(() => (globalThis.fetch = real));

    async function changed() {
      const found = await running({ controls: '' });
      await found.element.insertDisk('A:', new URL('/far.img', page), { label: 'far' });
      found.system.media[0]!.fill(9, 5000, 5100);
      return found;
    }

    test('is long in a link, so that by itself only its changes are', async () => {
      base = noisy(SIZE);
      const { element, system } = await changed();
      const link = await element.share();
      assert.isBelow(link.length, 1_600);
      const { disks } = await openLink(link);
      const far = disks.a!;
      assert.equal(far.kind, 'address');
      if (far.kind !== 'address') return;
      assert.equal(far.url, `${page}/far.img`);
      const reader = await running({ controls: '' });
      const { url, overlay } = far;
      await reader.element.insertDisk('A:', new URL(url), { overlay });
      assert.deepEqual(reader.system.media[0], system.media[0]);
      const whole = await element.share({ overlay: false });
      assert.isAbove(whole.length, 900_000);
    });

    test('whose image has changed is refused to the reader, in words', async () => {
      base = noisy(SIZE);
      const { element } = await changed();
      const far = (await openLink(await element.share())).disks.a!;
      base[0]! ^= 1;
      const reader = await running({});
      const { url, overlay } = far as { url: string; overlay: string };
      assert.match(
        (await rejection(reader.element.insertDisk('A:', new URL(url), { overlay }))).message,
        /has changed since the link was made/,
      );
      assert.isUndefined(reader.system.media[0]);
      // Who shares it again shares its changes of what is there now.
      const again = (await openLink(await element.share())).disks.a as { overlay: string };
      await reader.element.insertDisk('A:', new URL(url), { overlay: again.overlay });
    });

    test('that is short lies in the link, unless it is asked otherwise', async () => {
      base = new Uint8Array(SIZE);
      const { element } = await changed();
      assert.equal((await openLink(await element.share())).disks.a?.kind, 'inline');
      assert.equal(asked, 1, 'and is not fetched again');
      const link = await element.share({ overlay: true });
      assert.equal((await openLink(link)).disks.a?.kind, 'address');
      await element.showShare();
      await element.updateComplete;
      opened(element).querySelector('input')!.click();
      await until(() => /a=2\./.test(shown(element)));
      assert.match(opened(element).textContent!, /It is fetched from localhost/);
    });

    test('whose image cannot be had any more lies in the link whole', async () => {
      base = noisy(SIZE);
      const { element } = await changed();
      globalThis.fetch = () => Promise.resolve(new Response('', { status: 404 }));
      assert.equal((await openLink(await element.share())).disks.a?.kind, 'inline');
      const { message } = await rejection(element.share({ overlay: true }));
      assert.match(message, /HTTP status 404/);
    });
  });

  test('who asks for changes of no address is told', async () => {
    const { element } = await running({});
    await element.insertDisk('A:', new Uint8Array(368_640));
    const { message } = await rejection(element.share({ overlay: true }));
    assert.match(message, /No disk here came from an address/);
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
