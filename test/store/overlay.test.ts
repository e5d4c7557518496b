/** Disks in links as changes of an image at an address; and the small keys of a link. */
import { assert } from 'chai';
import fc from 'fast-check';
import { fetchCause, type Where } from '../../web/store/fetch-cause.ts';
import { through, readCapped } from '../../web/store/capped.ts';
import { toBase64url } from '../../web/store/share/base64url.ts';
import { encodeDisk } from '../../web/store/share/codec.ts';
import { buildLink } from '../../web/store/share/link-build.ts';
import { openLink, parseLink } from '../../web/store/share/link.ts';
import { decodeOverlay, encodeOverlay } from '../../web/store/share/overlay.ts';
import { scrubImage } from '../../web/store/share/scrub.ts';
import { makeImage } from '../support/mtools.ts';
import { noise, refusal, sameBytes } from './backends.ts';

const BASE = 'https://site.example/os/';
const AT = 'https://disks.example/x.img?v=1&w=2 3';

suite('store/share/overlay', () => {
  const base = noise(737_280);
  const changed = (edits: readonly (readonly [number, number])[]): Uint8Array => {
    const image = new Uint8Array(base);
    for (const [at, byte] of edits) image[at] = byte;
    return image;
  };

  test('any change comes back byte for byte, and costs what it is', async () => {
    const places = fc.array(fc.tuple(fc.nat(base.length - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(places, async (edits) => {
        const image = changed(edits);
        const text = (await encodeOverlay(image, base))!;
        assert.match(text, /^2\.[\w-]*$/);
        assert.isAtMost(text.length, 100 + edits.length * 710);
        sameBytes(await decodeOverlay(text, base), image);
      }),
      { numRuns: 20 },
    );
  });

  test('what is as it was is a hash and nothing else', async () => {
    assert.isBelow((await encodeOverlay(base, base))!.length, 80);
  });

  test('the base is not changed by what is laid over it', async () => {
    const own = new Uint8Array(base);
    await decodeOverlay((await encodeOverlay(changed([[7, 1]]), base))!, own);
    sameBytes(own, base);
  });

  test('another base is refused, whatever the overlay would make of it', async () => {
    const text = (await encodeOverlay(changed([[0, 1]]), base))!;
    for (const other of [changed([[700_000, 1]]), noise(1_474_560), new Uint8Array(737_280)]) {
      const error = await refusal(decodeOverlay(text, other));
      assert.equal(error.code, 'base');
      assert.match(error.message, /has changed since the link was made/);
    }
    assert.isUndefined(await encodeOverlay(noise(368_640), base), 'two sizes have no overlay');
  });

  test('cuts and noise are a ShareError, or the disk', async () => {
    const image = changed([
      [5, 1],
      [400_000, 9],
    ]);
    const good = (await encodeOverlay(image, base))!;
    const spoilt = fc.oneof(
      fc.nat(good.length - 1).map((end) => good.slice(0, end)),
      fc
        .tuple(fc.integer({ min: 2, max: good.length - 1 }), fc.constantFrom(...'Ab9-_+%é'))
        .map(([at, letter]) => good.slice(0, at) + letter + good.slice(at + 1)),
    );
    await fc.assert(
      fc.asyncProperty(spoilt, async (text) => {
        try {
          sameBytes(await decodeOverlay(text, base), image);
        } catch (error) {
          assert.equal((error as Error).name, 'ShareError', String(error));
        }
      }),
      { numRuns: 120 },
    );
  });

  test('a bomb is stopped, and a body without a whole hash is damaged', async () => {
    const forge = async (body: Uint8Array): Promise<string> => {
      const deflated = (await readCapped(
        through(body, new CompressionStream('deflate-raw')),
        Infinity,
      ))!;
      const bytes = new Uint8Array(7 + deflated.length);
      bytes.set([deflated.length & 255, (deflated.length >> 8) & 255, deflated.length >> 16], 4);
      bytes.set(deflated, 7);
      return `2.${toBase64url(bytes)}`;
    };
    const bomb = await refusal(decodeOverlay(await forge(new Uint8Array(16 << 20)), base));
    assert.equal(bomb.code, 'too-large');
    assert.equal((await refusal(decodeOverlay(await forge(noise(31)), base))).code, 'damaged');
  });

  test('in a link it needs both parts: the address and what is changed', async () => {
    const image = changed([[3, 3]]);
    const overlay = (await encodeOverlay(image, base))!;
    const disk = { image, label: 'mine', writeProtected: true, base: { url: AT, overlay } };
    const link = await buildLink(`${BASE}?topology=single`, { disks: { b: disk }, run: 'dir' });
    const opened = await openLink(link);
    assert.deepEqual(opened.errors, []);
    assert.deepEqual(opened.disks, {
      b: { kind: 'address', url: new URL(AT).href, overlay, label: 'mine', writeProtected: true },
    });
    assert.include(link, '?topology=single&b=https');
    const alone = await openLink(link.replace(/&b=https[^#]*/, ''));
    assert.deepEqual([alone.disks, alone.run], [{}, '']);
    assert.match(alone.errors[0]!, /^Drive B: The address of the disk is not in this link\.$/);
  });
});

suite('store/share/link, small keys', () => {
  test('the tab, the speed, the topology and a file to show come back', async () => {
    const image = await makeImage({ kib: 360 });
    const link = await buildLink(BASE, {
      disks: { a: { image, writeProtected: true } },
      open: 'a:/DOCS/Brief an Ä.txt',
      settings: { speed: 'real', topology: 'single' },
    });
    const { disks, open, settings, errors } = await openLink(link);
    assert.deepEqual(errors, []);
    assert.equal(open, 'A:\\DOCS\\Brief an Ä.txt');
    assert.deepEqual(settings, { speed: 'real', topology: 'single' });
    assert.isTrue(disks.a?.writeProtected);
    const plain = await buildLink(BASE, {
      disks: { a: { image, writeProtected: false } },
      settings: { speed: 'fast', topology: 'auto' },
    });
    assert.notMatch(plain, /protect|speed|topology/, 'what is so by itself is not said');
  });

  test('in the query too; what is no such value is one sentence', () => {
    const asked = parseLink(`${BASE}?topology=single&speed=real&open=B:X.TXT&protect-a=1`);
    assert.deepEqual(asked.settings, { topology: 'single', speed: 'real' });
    assert.equal(asked.open, 'B:\\X.TXT');
    const wrong = parseLink(`${BASE}?topology=warp#speed=${'9'.repeat(500)}`);
    assert.deepEqual(wrong.settings, {});
    assert.lengthOf(wrong.errors, 2);
    assert.isBelow(wrong.errors.join('').length, 250);
  });

  test('of each key, a value that cannot be honoured is one sentence', () => {
    const there = `${BASE}?a=https://example.org/a.img`;
    const cases: [string, RegExp][] = [
      [`${BASE}#a=`, /^Drive A: The disk is not in this link\.$/],
      [`${BASE}?b=`, /^Drive B: The address of the disk is not in this link\.$/],
      [`${BASE}#b=&run=dir`, /The disk is not in this link\.\|The commands in this link were left/],
      [`${there}&label-a=%E0%A4%A`, /^Drive A: What is written on its disk is not readable\.$/],
      [`${there}&protect-a=yes`, /^Drive A: A tab is 0 or 1; its disk can be written to\.$/],
      [`${there}&protect-a=0`, /^$/],
      [`${BASE}#run=%E0%A4%A`, /^The commands in this link cannot be understood/],
      [`${BASE}#speed=`, /^There is no speed ""/],
    ];
    for (const [address, words] of cases)
      assert.match(parseLink(address).errors.join('|'), words, address);
  });

  const NO_PATHS = [
    ...['A:', '\\', 'A:\\', 'C:\\X.TXT', '..\\X', 'A:\\.\\X', 'A:\\X\\', 'X.', 'X ', 'A\\\\B'],
    ...['*.TXT', 'A?.TXT', 'A"B', 'A|B', 'A>B', 'A<B', '\\\\.\\A:', 'A:B:C', 'A\nB', 'A\x1bB'],
    ...['CON', 'A:\\con.txt', 'DIR\\NUL', 'lpt1', 'a\u202eb', 'x'.repeat(261)],
  ];
  test('what could be more to the shell than a file is no file to show', async () => {
    for (const path of NO_PATHS) {
      const { open, errors } = parseLink(`${BASE}#open=${encodeURIComponent(path)}`);
      assert.equal(open, '', path);
      assert.match(
        errors.join('|'),
        /^The file that this link is to show has no proper path/,
        path,
      );
      assert.equal((await refusal(buildLink(BASE, { open: path }))).code, 'open', path);
    }
    assert.equal(parseLink(`${BASE}#open=%E0%A4%A`).errors.length, 1);
  });

  test('a file to show is of the disks of the link: without them it is not shown', async () => {
    const { open, errors } = await openLink(`${BASE}#a=1.AAAA&open=A.TXT`);
    assert.equal(open, '');
    assert.match(errors.at(-1)!, /^The file that this link is to show was left out/);
  });

  test('disks of any whole sectors come along', async () => {
    const image = noise(819_200);
    const opened = await openLink(await buildLink(BASE, { disks: { a: { image } } }));
    assert.equal(opened.disks.a?.kind, 'inline');
    assert.isAbove((await encodeDisk(image)).length, 1_000_000);
  });

  test('the tour is a link of less than 10,000 characters, a blank disk of at most 400', async () => {
    for (const [name, most] of [
      ['tour', 10_000],
      ['blank', 400],
    ] as const) {
      const file = new URL(`../../build/disks/${name}.img.gz`, import.meta.url);
      const { fetchImage } = await import('../../web/store/images.ts');
      const { image } = await fetchImage(file);
      const link = await buildLink('https://neptune.example/', { disks: { a: { image } } });
      assert.isAtMost(link.length, most, name);
      const opened = await openLink(link);
      if (opened.disks.a?.kind !== 'inline') throw new Error(opened.errors.join());
      sameBytes(opened.disks.a.image, scrubImage(image).image, name);
      sameBytes(opened.disks.a.image, image, `${name} has no residue`);
    }
  });
});

suite('store/fetch-cause', () => {
  const where: Where = { online: true, isolated: false, page: 'https://site.example/x/' };
  const answer = (): Promise<unknown> => Promise.resolve();
  const none = (): Promise<unknown> => Promise.reject(new TypeError('Failed to fetch'));
  const far = 'https://disks.example/a.img';

  test('each cause has its own sentence', async () => {
    assert.match(await fetchCause(far, answer, where), /^disks\.example does not let other sites/);
    assert.match(await fetchCause(far, none, where), /^disks\.example is out of reach/);
    const isolated = { ...where, isolated: true };
    assert.match(await fetchCause(far, none, isolated), /is out of reach, or does not let/);
    assert.match(
      await fetchCause(far, answer, isolated),
      /^disks\.example does not let other sites/,
    );
    assert.match(await fetchCause(far, answer, { ...where, online: false }), /offline/);
    const plain = 'http://disks.example/a.img';
    assert.match(await fetchCause(plain, answer, where), /https: may fetch nothing with http:/);
    assert.match(await fetchCause('http://127.0.0.1:8/a.img', none, where), /out of reach/);
    assert.match(await fetchCause('../a.img', none, where), /^site\.example is out of reach/);
    assert.match(await fetchCause('A:\\X.IMG', none, where), /begins with a:$/);
    for (const named of ['https://me:secret@disks.example/a.img', 'https://me@disks.example/'])
      assert.match(await fetchCause(named, none, where), /^An address with a name or a password/);
  });

  test('its own server is not asked again', async () => {
    let asked = 0;
    await fetchCause('a.img', () => Promise.resolve(asked++), where);
    assert.equal(asked, 0);
  });
});
