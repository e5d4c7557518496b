/** Disks in drives: what is kept, what is not, and who is told. */
import { assert } from 'chai';
import { AT_WORK } from '../../personality/ntcmd/marks.ts';
import { openDisk } from '../../web/store/disks.ts';
import {
  FLOPPY,
  freshPrefix,
  heard,
  mount,
  pattern,
  PROMPT,
  rejection,
  removeAll,
  running,
  TestedElement,
  until,
} from './fixture.ts';
import { action, bytesOf, found, lines, SECTOR } from './person.ts';

function address(image: Uint8Array): string {
  return URL.createObjectURL(new Blob([image as Uint8Array<ArrayBuffer>]));
}

/** The same page once more: the old element goes, a new one comes. */
async function reloaded(attributes: Record<string, string>) {
  await removeAll();
  return running(attributes);
}

suite('element/drives', () => {
  teardown(removeAll);

  test('disk-a is in its drive, and comes back out with what was written', async () => {
    const image = pattern(3);
    const { element, system } = await running({ 'disk-a': address(image) });
    assert.deepEqual(system.media[0], image);
    assert.equal(await system.write(0, 512, SECTOR), 'kept');
    image.set(SECTOR, 512);
    assert.deepEqual(await bytesOf(await element.exportDisk('A:')), image);
    assert.include(system.calls, 'flush A:');
    assert.deepEqual(await bytesOf(await element.ejectDisk('a')), image);
    assert.include(system.calls, 'dismount A:');
    assert.match((await rejection(element.ejectDisk('A:'))).message, /A: has no disk/);
  });

  test('inserting puts the old disk out first, and tells of both', async () => {
    const { element, system } = await running();
    const events = heard(document, 'neptune-disk') as { drive: string; change: string }[];
    await element.insertDisk('B:', pattern(1));
    await element.insertDisk('B:', new Blob([pattern(2) as Uint8Array<ArrayBuffer>]));
    assert.deepEqual(
      events.map(({ drive, change }) => `${drive} ${change}`),
      ['B: inserted', 'B: ejected', 'B: inserted'],
    );
    assert.deepEqual(system.media[1], pattern(2));
  });

  test('what is no floppy is refused, and the old disk stays', async () => {
    const { element, system } = await running();
    await element.insertDisk('A:', pattern(5));
    assert.match((await rejection(element.insertDisk('A:', new Uint8Array(9)))).message, /9 bytes/);
    assert.match((await rejection(element.insertDisk('X:', pattern(1)))).message, /not a drive/);
    assert.deepEqual(system.media[0], pattern(5));
  });

  test('a disk that cannot be unmounted stays in', async () => {
    const { element, system } = await running();
    await element.insertDisk('A:', pattern(5));
    system.answers = () => {
      throw new Error('it cannot be written back');
    };
    assert.match((await rejection(element.ejectDisk('A:'))).message, /written back/);
    assert.isDefined(system.media[0]);
  });

  test('with persist, an inserted disk is there again, with its changes and its label', async () => {
    const persist = freshPrefix();
    const { element, system } = await running({ persist });
    const saved = heard(element, 'neptune-disk') as { change: string }[];
    await element.insertDisk('A:', pattern(7), { label: 'seven' });
    assert.equal(await system.write(0, 1024, SECTOR), 'kept');
    assert.include(JSON.stringify(saved), 'saved');
    const expected = pattern(7);
    expected.set(SECTOR, 1024);
    const again = await reloaded({ persist, controls: '' });
    assert.deepEqual(again.system.media[0], expected);
    assert.include(again.element.shadowRoot?.textContent, 'seven');
  });

  test('a disk of an address is kept at its first change, and not before', async () => {
    const persist = freshPrefix();
    const url = address(pattern(9));
    const first = await running({ persist, 'disk-a': url });
    assert.deepEqual(
      await (await openDisk(`address ${url}`, { persist } as object)).read(),
      undefined,
    );
    const same = await reloaded({ persist, 'disk-a': url });
    assert.deepEqual(same.system.media[0], pattern(9));
    assert.isUndefined(first.system.media[0]);
    assert.equal(await same.system.write(0, 0, SECTOR), 'kept');
    const changed = await reloaded({ persist, 'disk-a': url });
    assert.deepEqual(changed.system.media[0]?.subarray(0, 512), SECTOR);
  });

  test('persist: false leaves alone what is remembered', async () => {
    const persist = freshPrefix();
    const { element } = await running({ persist });
    await element.insertDisk('A:', pattern(1));
    await element.insertDisk('A:', pattern(2), { persist: false });
    const again = await reloaded({ persist });
    assert.deepEqual(again.system.media[0], pattern(1));
  });

  test('an ejected disk is not put back', async () => {
    const persist = freshPrefix();
    const { element } = await running({ persist });
    await element.insertDisk('A:', pattern(1));
    await element.ejectDisk('A:');
    const again = await reloaded({ persist });
    assert.isUndefined(again.system.media[0]);
  });

  test('a disk that another element owns is write-protected until that one lets go', async () => {
    const persist = freshPrefix();
    const first = await running({ persist });
    await first.element.insertDisk('A:', pattern(1), { label: 'ours' });
    const second = await running({ persist, controls: '' });
    assert.isTrue(second.system.protected[0]);
    await until(() =>
      /another machine on this page is using it/.test(second.element.shadowRoot?.textContent ?? ''),
    );
    await first.system.write(0, 0, SECTOR);
    first.element.remove();
    await until(() => second.system.protected[0] === false);
    assert.deepEqual(second.system.media[0]?.subarray(0, 512), SECTOR, 'it was read again');
    assert.equal(await second.system.write(0, 512, SECTOR), 'kept');
    const free = ['A: ours is free again, and can be written here now.'];
    await until(() => lines(second.element).length > 0);
    assert.deepEqual(lines(second.element), free, 'and not that it is write-protected');
  });

  test('what was said of a disk that could not be kept goes when it is kept', async () => {
    const { element, system } = await running({ persist: freshPrefix(), controls: '' });
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    try {
      await element.insertDisk('A:', pattern(1), { label: 'ours' });
      await system.write(0, 0, SECTOR);
      await until(() => lines(element).length === 2);
      assert.match(
        lines(element).join(),
        /^ours is not kept.*What was written to A: is not safe yet/,
      );
      element.say('Something else.');
    } finally {
      IDBObjectStore.prototype.put = put;
    }
    assert.equal(await system.write(0, 512, SECTOR), 'kept');
    await until(() => lines(element).at(-1) === 'What was written to A: is kept now.');
    assert.deepEqual(lines(element), ['Something else.', 'What was written to A: is kept now.']);
  });

  test('a size that has no name is grouped as all numbers are', async () => {
    const { element } = await running({ controls: '' });
    await element.insertDisk('A:', new Uint8Array(83 * 2 * 10 * 512));
    await element.updateComplete;
    assert.include(element.shadowRoot?.textContent, '849,920 bytes');
  });

  test('Keep keeps a disk as it is now, and what is written while that happens', async () => {
    const persist = freshPrefix();
    const { element, system } = await running({ persist, controls: '' });
    await element.insertDisk('A:', pattern(4), { persist: false });
    await system.write(0, 0, SECTOR);
    await element.updateComplete;
    action(element, 'keep').click();
    await system.write(0, 512, SECTOR);
    const keptNow = '.drive[data-drive="A:"][data-state=kept]';
    await until(() => found(element, keptNow) !== undefined);
    const again = await reloaded({ persist });
    const expected = pattern(4);
    expected.set(SECTOR, 0);
    expected.set(SECTOR, 512);
    assert.deepEqual(again.system.media[0], expected);
  });

  test('from Enter until the shell waits again, what it may write counts as unsaved', async () => {
    const persist = freshPrefix();
    const { element, system } = await running({ persist });
    await element.insertDisk('A:', pattern(1));
    await element.insertDisk('B:', pattern(2), { persist: false });
    const told = heard(element, 'neptune-unsaved');
    await element.type('echo x > A:\\F.TXT');
    assert.isFalse(element.unsaved, 'nothing happens yet');
    await element.type('\r');
    assert.isTrue(element.unsaved);
    system.print(`\r\n${AT_WORK}`);
    assert.equal(await system.write(0, 512, SECTOR), 'kept');
    assert.isTrue(element.unsaved, 'more may come');
    system.print(`\r\n${PROMPT}`);
    await until(() => !element.unsaved);
    assert.deepEqual(told, [
      { drive: 'A:', unsaved: true },
      { drive: 'A:', unsaved: false },
    ]);
  });

  test('reset takes the medium over as it is', async () => {
    const { element, system } = await running();
    await element.insertDisk('B:', pattern(6));
    await system.write(1, 2048, SECTOR);
    const booted = element.reset();
    await until(() => TestedElement.systems.length === 2);
    const second = TestedElement.systems[1]!;
    second.print(PROMPT);
    await booted;
    assert.deepEqual(second.media[1]?.subarray(2048, 2560), SECTOR);
  });

  test('an address that cannot be fetched is one line, and the system boots', async () => {
    const { element, system } = mount({ 'disk-a': '/no/such/disk.img' });
    const errors = heard(element, 'neptune-error') as { message: string }[];
    (await system()).print(PROMPT);
    await element.ready;
    await until(() => errors.length > 0);
    const address = new URL('/no/such/disk.img', location.href).href;
    assert.include(errors[0]!.message, `A: is empty. ${address} was answered by HTTP status 404`);
  });

  test('a refusal of the page’s policy is told as that, and not as a failure of the network', async () => {
    const { element } = await running();
    const fetch = globalThis.fetch;
    globalThis.fetch = (address) => {
      if (!String(address).includes('.example/')) return fetch(address);
      const named = { violatedDirective: 'connect-src', effectiveDirective: 'connect-src' };
      const page = { documentURI: location.href, originalPolicy: "connect-src 'self'" };
      const what = { ...named, ...page, blockedURI: 'https://disks.example', statusCode: 200 };
      if (String(address).includes('disks.'))
        document.dispatchEvent(new SecurityPolicyViolationEvent('securitypolicyviolation', what));
      return Promise.reject(new TypeError('Failed to fetch'));
    };
    try {
      const why = async (address: string): Promise<string> =>
        (await rejection(element.insertDisk('A:', new URL(address)))).message;
      assert.match(
        await why('https://disks.example/a.img'),
        /^The policy of this page \(connect-src\) does not let it fetch from disks\.example\./,
      );
      assert.match(await why('https://other.example/a.img'), /is out of reach/);
    } finally {
      globalThis.fetch = fetch;
    }
  });

  test('the disk that a page names is offered once it is out', async () => {
    const disk = address(pattern(8));
    const { element, system } = await running({ 'disk-a': disk, controls: '' });
    await element.ejectDisk('A:');
    await element.updateComplete;
    action(element, 'insert').click();
    await until(() => found(element, '.page button') !== undefined);
    found(element, '.page button')!.click();
    await until(() => system.media[0] !== undefined);
    assert.deepEqual(system.media[0], pattern(8));
  });

  test('a write-protected disk says so, and is not kept from being read', async () => {
    const { element, system } = await running({ controls: '' });
    await element.insertDisk('A:', new Uint8Array(FLOPPY), { writeProtected: true });
    assert.isTrue(system.protected[0]);
    await element.updateComplete;
    assert.include(element.shadowRoot?.textContent, 'write-protected');
  });

  test('share makes a link of the disks, at the address asked for', async () => {
    const { element } = await running();
    await element.insertDisk('A:', new Uint8Array(FLOPPY));
    const link = await element.share({ base: 'https://site.example/os/', run: 'dir' });
    assert.match(link, /^https:\/\/site\.example\/os\/#a=1\.[\w-]+&run=dir$/);
  });
});
