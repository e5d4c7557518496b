/** Files of a real disk in the viewers, and what is saved of them. */
import { assert } from 'chai';
import { unzipSync } from 'fflate';
import type { NeptuneOs } from '../../web/element/index.ts';
import type { NeptuneFiles } from '../../web/files/index.ts';
import { makeImage } from '../support/mtools.ts';
import {
  besideIt,
  clear,
  endMachine,
  freshDisk,
  pattern,
  startMachine,
  until,
  within,
} from './machine.ts';

/** What the page would give to the browser to be saved. */
async function saved(act: () => void | Promise<void>): Promise<{ name: string; blob: Blob }> {
  const blobs = new Map<string, Blob>();
  const make = URL.createObjectURL;
  const click = HTMLAnchorElement.prototype.click;
  let got: { name: string; blob: Blob } | undefined;
  URL.createObjectURL = (blob: Blob) => {
    const address = make.call(URL, blob);
    blobs.set(address, blob);
    return address;
  };
  HTMLAnchorElement.prototype.click = function () {
    got = { name: this.download, blob: blobs.get(this.href)! };
  };
  try {
    await act();
    await until(() => got);
  } finally {
    URL.createObjectURL = make;
    HTMLAnchorElement.prototype.click = click;
  }
  return got!;
}

const bytesIn = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());

suite('files/looking', function () {
  this.timeout(60_000);
  let machine: NeptuneOs;
  const big = pattern(300_000, 3);
  const files = {
    'EVIL.HTM': '<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>',
    'EVIL.SVG': '<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked = true"/>',
    'BIG.BIN': big,
    'EMPTY.TXT': '',
    'BOX/A.TXT': 'in the box',
    'BOX/DEEP/LONG NAME OF A FILE.TEXT': 'deep',
    'LETTER.TXT': Uint8Array.from([0x47, 0x72, 0x81, 0xe1, 0x65, 13, 10, 0x1a]),
  };
  suiteSetup(async () => {
    machine = await startMachine();
    await freshDisk(files, 'A:', 1440);
  });
  suiteTeardown(endMachine);
  teardown(clear);

  const open = async (
    name: string,
    as?: string,
  ): Promise<[NeptuneFiles, ReturnType<typeof within>]> => {
    const list = await besideIt();
    await list.open(`A:\\${name}`, as);
    await list.updateComplete;
    return [list, within(list)];
  };

  test('a text in its own letters, and in others when they are chosen', async () => {
    const [list, at] = await open('LETTER.TXT');
    assert.equal(at.root.querySelector('pre')!.textContent, 'Grüße\n');
    const [, letters] = at.root.querySelectorAll('select');
    letters!.value = 'windows-1252';
    letters!.dispatchEvent(new Event('change'));
    await list.updateComplete;
    assert.equal(at.root.querySelector('pre')!.textContent, 'Gr\ufffdáe\n');
    assert.equal(at.root.activeElement?.textContent, 'LETTER.TXT');
    await at.press('Escape');
    assert.equal(at.focused, 'LETTER.TXT 1');
  });

  test('what is asked for in a viewer that cannot show it is shown in the one that fits', async () => {
    for (const as of ['picture', 'document', 'nonsense']) {
      const [, at] = await open('LETTER.TXT', as);
      assert.equal(at.root.querySelector('pre')?.textContent, 'Grüße\n', as);
    }
  });

  test('a chain that ends before its file: what is there is shown', async () => {
    const image = await makeImage({ kib: 1440, files: { 'CUT.TXT': 'x'.repeat(2000) } });
    // Its first cluster is 2, the first of the data: in both tables it is its last, too.
    for (const table of [512, 10 * 512]) {
      image[table + 3] = 0xff;
      image[table + 4]! |= 0x0f;
    }
    await machine.insertDisk('B:', image);
    const list = await besideIt();
    await list.open('B:\\CUT.TXT', 'hex');
    await list.updateComplete;
    assert.match(within(list).text('.note.bad') ?? '', /1,488 bytes could not be read, at 512 to/);
  });

  test('nothing on a disk is markup or script', async () => {
    for (const name of ['EVIL.HTM', 'EVIL.SVG']) {
      const [, at] = await open(name);
      const paper = at.root.querySelector('.paper pre')!;
      assert.equal(paper.textContent, files[name as keyof typeof files]);
      assert.lengthOf(paper.children, 0);
      clear();
    }
    assert.notProperty(window, 'hacked');
  });

  test('bytes: only what can be seen is there, and any place can be gone to', async () => {
    const [list, at] = await open('BIG.BIN');
    const rows = () => [...at.root.querySelectorAll('.bytes')];
    assert.isBelow(rows().length, 80);
    assert.match(rows()[0]!.textContent!, /000000\s+00 03 06/);
    const place = at.root.querySelector<HTMLInputElement>('.place')!;
    place.value = '493D0';
    place.dispatchEvent(new Event('change'));
    await until(() => rows().some((row) => row.textContent!.includes('0493D0')));
    const last = rows().at(-1)!.textContent!;
    assert.match(last, /0493D0/);
    await list.updateComplete;
    assert.isBelow(rows().length, 80);
  });

  test('bytes are as many in a row as the window has room for that they are in', async () => {
    const frame = document.createElement('iframe');
    frame.style.inlineSize = '900px';
    document.body.append(frame);
    const errors: string[] = [];
    const heard = ({ message }: ErrorEvent): void => void errors.push(message);
    addEventListener('error', heard);
    const list = await besideIt();
    list.style.inlineSize = '100%';
    frame.contentDocument!.body.append(list);
    await list.open('A:\\BIG.BIN', 'hex');
    const inRow = () =>
      within(list).root.querySelector('.numbers')?.textContent?.trim().split(' ').length;
    await until(() => inRow() === 16);
    frame.style.inlineSize = '200px';
    await until(() => inRow() === 4);
    frame.remove();
    for (let frames = 0; frames < 3; frames++)
      await new Promise((drawn) => requestAnimationFrame(drawn));
    removeEventListener('error', heard);
    assert.deepEqual(errors, []);
  });

  test('a picture is dots, drawn after its own header; one too large is not decoded', async () => {
    const canvas = new OffscreenCanvas(3, 2);
    const context = canvas.getContext('2d')!;
    context.fillStyle = '#ff0000';
    context.fillRect(0, 0, 3, 2);
    const png = await bytesIn(await canvas.convertToBlob());
    await machine.writeFile('A:\\RED.DAT', png);
    const [, at] = await open('RED.DAT');
    await until(() => at.root.querySelector<HTMLCanvasElement>('canvas')?.dataset['drawn']);
    const drawn = at.root.querySelector('canvas')!;
    assert.deepEqual([drawn.width, drawn.height], [3, 2]);
    assert.deepEqual([...drawn.getContext('2d')!.getImageData(2, 1, 1, 1).data], [255, 0, 0, 255]);
    assert.match(drawn.getAttribute('aria-label')!, /PNG picture, 3 by 2/);
    clear();
    const bomb = png.slice();
    new DataView(bomb.buffer).setUint32(16, 60_000);
    new DataView(bomb.buffer).setUint32(20, 60_000);
    await machine.writeFile('A:\\BOMB.PNG', bomb);
    const [, other] = await open('BOMB.PNG');
    await until(() => /too many to draw/.test(other.text('#viewer')!));
    clear();
    await machine.writeFile('A:\\CUT.PNG', png.subarray(0, 40));
    const [, cut] = await open('CUT.PNG');
    await until(() => /This PNG picture is damaged/.test(cut.text('#viewer')!));
  });

  test('one file is saved as it is, several and folders as a zip, byte for byte', async () => {
    const list = await besideIt();
    const at = within(list);
    list.focus();
    await list.updateComplete;
    for (const letter of 'big') await at.press(letter);
    const one = await saved(() => at.press('s', { ctrlKey: true }));
    assert.equal(one.name, 'BIG.BIN');
    assert.equal(one.blob.type, 'application/octet-stream');
    assert.deepEqual(await bytesIn(one.blob), big);
    await at.press('a', { ctrlKey: true });
    const zip = await saved(() => at.press('s', { ctrlKey: true }));
    assert.equal(zip.name, 'A.zip');
    const inside = unzipSync(await bytesIn(zip.blob));
    for (const [name, content] of Object.entries(files)) {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      assert.deepEqual(inside[name], bytes, name);
    }
    assert.containsAllKeys(inside, ['BOX/', 'BOX/DEEP/']);
  });

  test('names that lead out of a folder lead nowhere in a zip, and do not keep the rest out', async () => {
    const image = await makeImage({
      kib: 720,
      files: { 'AAAAAAAA.TXT': 'up', 'BBBBBBBB.TXT': 'root', XX: 'other', 'D/IN.TXT': 'in' },
    });
    const rename = (from: string, to: string): void => {
      const at = new TextDecoder('latin1').decode(image).indexOf(from);
      assert.isAbove(at, 0);
      image.set(new TextEncoder().encode(to), at);
    };
    rename('AAAAAAAATXT', '..\\..\\XX   ');
    rename('BBBBBBBBTXT', '/ETC/XX TXT');
    await machine.insertDisk('B:', image);
    const list = await besideIt('B:\\');
    const at = within(list);
    list.focus();
    await list.updateComplete;
    await at.press('a', { ctrlKey: true });
    const zip = await saved(() => at.press('s', { ctrlKey: true }));
    const inside = unzipSync(await bytesIn(zip.blob));
    for (const name of Object.keys(inside))
      assert.isFalse(/^\/|\\|(^|\/)\.\.(\/|$)/.test(name), name);
    assert.equal(new TextDecoder().decode(inside['D/IN.TXT']), 'in');
    assert.equal(new TextDecoder().decode(inside['XX']), 'other');
    assert.sameMembers(list.chosen, ['B:\\D', 'B:\\XX'], 'what a path leads to');
    await at.press('Delete');
    await until(() => /No path leads to .*XX/.test(at.root.textContent ?? ''));
    assert.equal(new TextDecoder().decode(await machine.readFile('B:\\XX')), 'other');
    await machine.ejectDisk('B:');
  });

  test('what cannot be read at all is named in the zip, beside what can', async () => {
    const list = await besideIt();
    const at = within(list);
    const [read, look] = [machine.readFile, machine.list];
    const gone = (path: string): Promise<never> => Promise.reject(new Error(`No ${path} (X).`));
    machine.readFile = (path) => (/EVIL/.test(path) ? gone(path) : read.call(machine, path));
    machine.list = (path) => (/DEEP/.test(path) ? gone(path) : look.call(machine, path));
    try {
      list.focus();
      await list.updateComplete;
      await at.press('a', { ctrlKey: true });
      const zip = await saved(() => at.press('s', { ctrlKey: true }));
      const inside = unzipSync(await bytesIn(zip.blob));
      assert.deepEqual(inside['BIG.BIN'], big);
      assert.notProperty(inside, 'EVIL.HTM');
      const report = new TextDecoder().decode(inside['MISSING BYTES.TXT']);
      assert.match(report, /^BOX\\DEEP: No A:\\BOX\\DEEP\\ \(X\)\.\r\n/);
      assert.match(report, /EVIL\.HTM: No A:\\EVIL\.HTM \(X\)\.\r\n/);
      assert.match(at.text('.notice')!, /could not be read whole/);
    } finally {
      delete (machine as Partial<NeptuneOs>).readFile;
      delete (machine as Partial<NeptuneOs>).list;
    }
  });

  test('a damaged file is marked, and what can be read is shown and saved, and what is missing said', async () => {
    const list = await besideIt();
    const at = within(list);
    const plain = Object.assign(new Error('A sector (STATUS_CRC_ERROR).'), { status: 0xc000003f });
    const rescue = machine as unknown as Record<string, unknown>;
    machine.readFile = () => Promise.reject(plain);
    rescue['salvageFile'] = async () => ({
      data: new Uint8Array(1024),
      missing: [{ offset: 512, length: 512 }],
    });
    try {
      await list.open('A:\\BIG.BIN', 'hex');
      await list.updateComplete;
      assert.match(at.text('.note.bad')!, /512 bytes could not be read, at 512 to 1,023/);
      assert.equal(at.root.querySelectorAll('.bytes[data-lost]').length > 0, true);
      await at.press('Escape');
      assert.match(at.text('[data-key="BIG.BIN"] .name')!, /damaged/);
    } finally {
      delete (machine as Partial<NeptuneOs>).readFile;
      delete rescue['salvageFile'];
    }
  });

  test('deleted files are shown in grey with what can be had back, where the machine can', async () => {
    const rescue = machine as unknown as Record<string, unknown>;
    const lost = {
      name: '?OST.TXT',
      size: 4,
      modified: new Date(1990, 1, 2),
      chance: 'fair',
      id: 9,
    };
    rescue['deletedFiles'] = async () => [lost];
    rescue['readDeleted'] = async () => new TextEncoder().encode('lost');
    try {
      const list = await besideIt();
      const at = within(list);
      await at.button('More');
      await at.item('Show deleted files');
      await until(() => at.names().includes('?OST.TXT'));
      await list.updateComplete;
      assert.match(
        at.text('[data-deleted] .name')!,
        /deleted, another deleted file may have its bytes/,
      );
      at.root.querySelector<HTMLElement>('[data-deleted] .act button')!.click();
      await at.item('Open');
      await until(() => at.root.querySelector('pre')?.textContent === 'lost');
    } finally {
      delete rescue['deletedFiles'];
      delete rescue['readDeleted'];
    }
  });
});
