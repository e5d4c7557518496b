/** The site's address, built and understood. */
import { assert } from 'chai';
import fc from 'fast-check';
import { buildLink } from '../../web/store/share/link-build.ts';
import { openLink, parseLink } from '../../web/store/share/link.ts';
import { makeImage, readFile } from '../support/mtools.ts';
import { noise, refusal, sameBytes } from './backends.ts';

const BASE = 'https://site.example/os/index.html';

suite('store/share/link', () => {
  test('disks and commands come back from an address', async () => {
    const a = await makeImage({ kib: 1440, files: { 'HELLO.TXT': 'hello' } });
    const b = await makeImage({ kib: 720 });
    const run = 'dir /w\ntype HELLO.TXT & echo 50% + 1 # ünïcode';
    const link = await buildLink(BASE, { disks: { a: { image: a }, b: { image: b } }, run });
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

  test('what is written on a disk comes along, as far as it can be seen', async () => {
    const a = await makeImage({ kib: 360 });
    const named = async (label: string): Promise<string | undefined> => {
      const { disks } = await openLink(
        await buildLink(BASE, { disks: { a: { image: a, label } } }),
      );
      return disks.a?.kind === 'inline' ? disks.a.label : undefined;
    };
    assert.equal(await named('Grandpa’s letters, 1994.img'), 'Grandpa’s letters, 1994.img');
    assert.equal(await named(''), undefined);
    assert.equal(await named('a\u202eb\u0007&b=1'), 'a\ufffdb\ufffd&b=1');
    assert.equal((await named('x'.repeat(5000)))?.length, 255);
    const link = await buildLink(BASE, { disks: { a: { image: a } } });
    const bad = await openLink(`${link}&label-a=%E0%A4%A`);
    assert.deepEqual(Object.keys(bad.disks.a ?? {}), ['kind', 'image'], 'and bad escapes are none');
  });

  test('any commands in letters, numbers, punctuation, symbols and spaces round trip', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), async (text) => {
        const run = text
          .normalize('NFC')
          .replace(/[^\p{L}\p{N}\p{P}\p{S} ]|\p{Default_Ignorable_Code_Point}/gu, '\n')
          .replace(/[\u{2800}\u{1d159}]/gu, '\n');
        assert.equal(parseLink(await buildLink(BASE, { run })).run, run);
      }),
    );
  });

  const SEEN = ['copy Ünï\u0308cödé.txt', '名前 کتاب सिंधु', 'é̀ ₧ƒ░│ 😀', 'אבג.TXT > x'];
  for (const run of SEEN) {
    test(`${run} can be seen, and so typed`, async () => {
      assert.equal(parseLink(await buildLink(BASE, { run })).run, run);
    });
  }

  /** By what they are; a link with any of them brings no commands, and none is made with it. */
  const UNSEEN: Record<string, number[]> = {
    controls: [0, 7, 8, 9, 0x1b, 0x7f, 0x85, 0x9b, 0x9c],
    'embeddings, overrides and isolates of direction': [
      0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068,
      0x2069,
    ],
    'zero width': [0x00ad, 0x200b, 0x200c, 0x200d, 0x2060, 0x2061, 0xfeff, 0x180e],
    'ignored by default': [
      0x034f, 0x115f, 0x1160, 0x17b4, 0x3164, 0xfe0f, 0xffa0, 0xe0001, 0xe0100,
    ],
    separators: [0x2028, 0x2029],
    'spaces that are not the space bar': [0x00a0, 0x1680, 0x2003, 0x202f, 0x205f, 0x3000],
    'private use': [0xe000, 0xf8ff, 0xf0000, 0x10fffd],
    'unassigned, and no characters': [0x0378, 0xfdd0, 0xfffe, 0xffff, 0x1ffff, 0x10ffff],
    blanks: [0x2800, 0x1d159],
  };
  for (const [name, codes] of Object.entries(UNSEEN)) {
    test(`commands with characters that are not seen are left out: ${name}`, async () => {
      for (const code of codes) {
        const run = `del ${String.fromCodePoint(code)}A.TXT`;
        const asked = parseLink(`${BASE}#run=${encodeURIComponent(run)}`);
        const where = `U+${code.toString(16)}`;
        assert.equal(asked.run, '', where);
        assert.match(asked.errors.join('|'), /cannot be seen or typed and were left out/, where);
        assert.equal((await refusal(buildLink(BASE, { run }))).code, 'run', where);
      }
    });
  }

  test('marks stand on something, and not in towers; half a character is none', async () => {
    for (const run of [
      '\u0301dir',
      'dir\n\u0301',
      `a${'\u0301'.repeat(5)}`,
      'a\ud800b',
      'x\udc00',
    ]) {
      assert.equal((await refusal(buildLink(BASE, { run }))).code, 'run', JSON.stringify(run));
      if (!/\p{Surrogate}/u.test(run))
        assert.lengthOf(parseLink(`${BASE}#run=${encodeURIComponent(run)}`).errors, 1);
    }
  });

  test('a line is no longer than the shell takes, so that what is shown is what runs', async () => {
    const fits = `echo ${'x'.repeat(1_995)}`;
    assert.equal(parseLink(await buildLink(BASE, { run: `${fits}\ndir` })).run, `${fits}\ndir`);
    assert.equal((await refusal(buildLink(BASE, { run: `${fits}x` }))).code, 'run');
    assert.equal(parseLink(`${BASE}#run=${fits}x`).run, '');
  });

  test('no disk of the link, no commands of it', async () => {
    const b = await makeImage({ kib: 360 });
    const good = await buildLink(BASE, { disks: { b: { image: b } }, run: 'del *.*' });
    assert.equal((await openLink(good)).run, 'del *.*');
    const withheld = /commands in this link were left out, since its disk could not be had/;
    const bad = [
      good.replace('&run', '&a=garbage&run'),
      good.replace(/b=1\..{40}/, 'b=1.'),
      good.replace('b=1.', 'b=9.'),
      `${BASE}?a=javascript:1#run=del%20*.*`,
      `${BASE}?b=file:///x#${new URL(good).hash.slice(1).replace('b=', 'a=')}`,
    ];
    for (const link of bad) {
      const { run, errors } = await openLink(link);
      assert.equal(run, '', link.slice(0, 80));
      assert.lengthOf(
        errors.filter((error) => withheld.test(error)),
        1,
        errors.join('|'),
      );
    }
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
      open: '',
      settings: {},
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
    const link = await buildLink(BASE, { disks: { b: { image: b } } });
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
    const disks = { a: { image: noise(1_228_800) }, b: { image: noise(737_280) } };
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
    const opened = await openLink(await buildLink(BASE, { disks: { a: { image } } }));
    const disk = opened.disks.a;
    assert.isTrue(
      disk?.kind === 'inline' && disk.image.subarray(100_000).every((byte) => byte === 0),
    );
  });
});
