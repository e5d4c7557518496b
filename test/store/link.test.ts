/** The site's address, built and understood. */
import { assert } from 'chai';
import fc from 'fast-check';
import { buildLink, openLink, parseLink } from '../../web/store/share/link.ts';
import { makeImage, readFile } from '../support/mtools.ts';
import { noise, refusal, sameBytes } from './backends.ts';

const BASE = 'https://site.example/os/index.html';

suite('store/share/link', () => {
  test('disks and commands come back from an address', async () => {
    const a = await makeImage({ kib: 1440, files: { 'HELLO.TXT': 'hello' } });
    const b = await makeImage({ kib: 720 });
    const run = 'dir /w\ntype HELLO.TXT & echo 50% + 1 # ünïcode';
    const link = await buildLink(BASE, { disks: { a, b }, run });
    assert.equal(new URL(link).href, link, 'it is an address as browsers write it');
    const opened = await openLink(link);
    assert.deepEqual(opened.errors, []);
    assert.equal(opened.run, run);
    const disk = opened.disks.a;
    assert.equal(disk?.kind, 'inline');
    if (disk?.kind !== 'inline') return;
    sameBytes(disk.image, a);
    assert.equal(new TextDecoder().decode(await readFile(disk.image, 'HELLO.TXT')), 'hello');
    assert.deepEqual(opened.disks.b, { kind: 'inline', image: b });
  });

  test('any commands without control characters round trip', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), async (text) => {
        const run = text.replace(/[\0-\x1f\x7f-\x9f]/g, '\n');
        assert.equal(parseLink(await buildLink(BASE, { run })).run, run);
      }),
    );
  });

  test('the base keeps its own query and loses old disks', async () => {
    const old = `${BASE}?topology=single&a=x.img&run=cls#a=1.AAAA`;
    const link = await buildLink(old, { run: 'dir' });
    assert.equal(link, `${BASE}?topology=single#run=dir`);
    assert.equal(await buildLink(old, {}), `${BASE}?topology=single`);
  });

  test('images to fetch are addresses, relative to the page; the fragment counts first', () => {
    const asked = parseLink(
      `${BASE}?a=disks/tour.img&b=https%3A%2F%2Fb.example%2Fx.img%3Fv%3D1&z=9`,
    );
    assert.deepEqual(asked, {
      disks: {
        a: { kind: 'address', url: 'https://site.example/os/disks/tour.img' },
        b: { kind: 'address', url: 'https://b.example/x.img?v=1' },
      },
      run: '',
      errors: [],
    });
    const both = parseLink(`${BASE}?a=x.img&run=dir#a=1.AA&run=ver&unknown=%zz`);
    assert.deepEqual(both.disks.a, { kind: 'inline', text: '1.AA' });
    assert.equal(both.run, 'ver');
    assert.deepEqual(both.errors, []);
  });

  test('commands: plus is a plus, line ends are one kind, of two the first counts', () => {
    assert.equal(parseLink(`${BASE}#run=copy+A%2BB%20C%0D%0Adir&run=no`).run, 'copy+A+B C\ndir');
  });

  test('what cannot be understood is one sentence each; the rest stands', async () => {
    const { disks, run, errors } = await openLink(
      `${BASE}?b=javascript:alert(1)&run=dir#a=1.AAAA&run=%E0%A4%A`,
    );
    assert.deepEqual(disks, {});
    assert.equal(run, '');
    assert.lengthOf(errors, 3);
    assert.match(errors.join('|'), /drive B: must begin with http.*commands.*Drive A: .*cut short/);
    for (const url of ['data:,x', 'file:///c:/x', 'blob:https://a/b', 'http://']) {
      assert.lengthOf(parseLink(`${BASE}?a=${encodeURIComponent(url)}`).errors, 1, url);
    }
    assert.equal(parseLink(`${BASE}#run=dir%1B%5B2J`).errors.length, 1, 'no escape sequences');
    assert.equal(parseLink(`${BASE}#run=${'x'.repeat(9000)}`).errors.length, 1, 'no novels');
  });

  test('one bad disk does not keep the other out', async () => {
    const b = await makeImage({ kib: 360 });
    const link = await buildLink(BASE, { disks: { b } });
    const opened = await openLink(`${link}&a=garbage`);
    assert.deepEqual(opened.disks, { b: { kind: 'inline', image: b } });
    assert.lengthOf(opened.errors, 1);
  });

  test('no address makes it throw', async () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab=&#?%1.run+/:\\é \n'), maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(text, async (tail) => {
        for (const href of [tail, BASE + tail]) {
          const opened = await openLink(href);
          assert.isArray(opened.errors);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a link beyond the limit is refused with its size and the limit', async () => {
    const disks = { a: noise(1_228_800), b: noise(737_280) };
    const error = await refusal(buildLink(BASE, { disks }));
    assert.equal(error.code, 'too-large');
    assert.match(error.message, /2,6\d\d,\d{3} characters.*2,000,000 is the limit/);
  });

  test('commands that the other end would refuse are refused here', async () => {
    for (const run of ['x'.repeat(9000), 'dir\x1b[2J']) {
      assert.equal((await refusal(buildLink(BASE, { run }))).code, 'run');
    }
  });

  test('deleted files do not go out with a link', async () => {
    const image = await makeImage({ kib: 360 });
    image.set(noise(5000), 100_000); // no file owns these
    const opened = await openLink(await buildLink(BASE, { disks: { a: image } }));
    const disk = opened.disks.a;
    assert.isTrue(
      disk?.kind === 'inline' && disk.image.subarray(100_000).every((byte) => byte === 0),
    );
  });
});
