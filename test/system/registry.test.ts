/**
 * The registry of a whole system: what is flushed is there after a crash, what the store refuses is
 * said, and `reg` does what its words say.
 */
import { assert } from 'chai';
import { NtWaitForSingleObject } from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { RtlCreateUserThread } from '../../personality/ntdll/userthread.ts';
import { REG_CREATED_NEW_KEY, REG_OPENED_EXISTING_KEY } from '../../personality/rtl/registry.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { NvramAnswer, NvramResult } from '../../web/machine/types.ts';
import { create } from '../ntos/cm/client.ts';
import { bootClientRig } from '../ntos/io-client.ts';
import { makeImage, readFile } from '../support/mtools.ts';
import { bootRig, type Rig, type RigOptions } from '../support/rig.ts';

const BYTES = 0x4_0000;

/** A page that keeps the memory, as long as the test says so. */
class Page {
  memory = new Uint8Array(BYTES);
  answer: NvramResult = 'kept';
  brings: NvramResult = 'kept';
  commits = 0;

  readonly nvram: NonNullable<RigOptions['nvram']> = (request, changes) => {
    if (request === 'bring')
      return Promise.resolve<NvramAnswer>({ result: this.brings, contents: this.memory.slice() });
    if (this.answer === 'kept')
      for (const { offset, bytes } of changes) this.memory.set(bytes, offset);
    this.commits++;
    return Promise.resolve({ result: this.answer });
  };
}

async function refusal(rig: Rig, line: string): Promise<string> {
  const { status, output } = await rig.exec(line);
  assert.notEqual(status, 0, line);
  return output;
}

suite('system/registry', function () {
  this.timeout(60_000);

  test('what was flushed is there after a crash, and what was not is not', async () => {
    const page = new Page();
    const first = await bootRig({ nvram: page.nvram });
    await first.run('reg add HKLM\\Software\\Test /v Kept /t REG_DWORD /d 42');
    await first.run('reg add HKCU\\Test\\Below /v Name /d "a name"');
    await first.run('reg flush HKLM\\Software');
    assert.equal(page.commits, 1);
    await first.run('reg add HKLM\\Software\\Test /v Late /d late');
    await first.run('reg add HKLM\\System\\Test /v Boot /d x');
    first.end();
    const second = await bootRig({ nvram: page.nvram });
    assert.include(await second.run('reg query HKLM\\Software\\Test'), 'Kept    REG_DWORD    0x2a');
    assert.include(await second.run('reg query HKCU /s'), 'Name    REG_SZ    a name');
    assert.match(
      await refusal(second, 'reg query HKLM\\Software\\Test /v Late'),
      /STATUS_OBJECT_NAME_NOT_FOUND/,
    );
    assert.match(
      await refusal(second, 'reg query HKLM\\System\\Test'),
      /STATUS_OBJECT_NAME_NOT_FOUND/,
      'this hive is made anew',
    );
    await second.run('reg delete HKCU\\Test');
    await second.run('shutdown');
    second.end();
    const third = await bootRig({ nvram: page.nvram });
    assert.match(await refusal(third, 'reg query HKCU\\Test'), /STATUS_OBJECT_NAME_NOT_FOUND/);
    third.end();
  });

  test('several who are the first to come to a kept hive, for one key: one makes it', async () => {
    const rig = await bootClientRig([]);
    const said = await rig.client(async ({ process }) => {
      const name = '\\Registry\\User\\.Default\\Once';
      const said: string[] = [];
      const ask = async (own: NtProcess): Promise<number> => {
        const { status, disposition } = await create(own, name);
        said.push(`${statusName(status)} ${disposition}`);
        return 0;
      };
      const threads: number[] = [];
      for (let count = 0; count < 2; count++)
        threads.push((await RtlCreateUserThread(process, ask)).handle);
      await ask(process);
      const wait = { alertable: false, timeout: -100_000_000 };
      for (const handle of threads) await NtWaitForSingleObject(process, { handle, ...wait });
      return said;
    });
    const opened = `STATUS_SUCCESS ${REG_OPENED_EXISTING_KEY}`;
    assert.sameMembers(said, [`STATUS_SUCCESS ${REG_CREATED_NEW_KEY}`, opened, opened]);
    rig.end();
  });

  test('a change is written by itself after a while', async () => {
    const page = new Page();
    const rig = await bootRig({ nvram: page.nvram });
    await rig.run('reg add HKCU\\Lazy /v x /d y');
    const start = performance.now();
    while (page.commits === 0 && performance.now() - start < 20_000)
      await new Promise((later) => setTimeout(later, 50));
    rig.end();
    const second = await bootRig({ nvram: page.nvram });
    assert.include(await second.run('reg query HKCU\\Lazy'), 'REG_SZ    y');
    second.end();
  });

  test('a writing that failed is tried again by itself', async () => {
    const page = new Page();
    page.answer = 'failed';
    const rig = await bootRig({ nvram: page.nvram });
    await rig.run('reg add HKCU\\Lazy /v x /d y');
    assert.match(await refusal(rig, 'reg flush HKCU'), /STATUS_TRANSACTION_ABORTED/);
    const later = async (commits: number) => {
      for (const start = performance.now(); page.commits < commits;) {
        assert.isBelow(performance.now() - start, 30_000, 'nobody tries');
        await new Promise((done) => setTimeout(done, 50));
      }
    };
    await later(2);
    page.answer = 'kept';
    await later(3);
    rig.end();
    const second = await bootRig({ nvram: page.nvram });
    assert.include(await second.run('reg query HKCU\\Lazy'), 'REG_SZ    y');
    second.end();
  });

  test('another hive in the place of a kept one, from the next start on', async () => {
    const page = new Page();
    const disks = [await makeImage({ kib: 1440, files: { 'NO.HIV': 'no hive' } })];
    const rig = await bootRig({ nvram: page.nvram, disks });
    await rig.run('reg add HKCU\\Made /v which /d first');
    await rig.run('reg save HKCU FIRST.HIV');
    await rig.run('reg add HKCU\\Made /v which /d second /f');
    for (const [line, words] of [
      ['HKCU NO.HIV OLD.HIV', /STATUS_REGISTRY_CORRUPT/],
      ['HKCU NONE OLD.HIV', /STATUS_OBJECT_NAME_NOT_FOUND/],
      ['HKCU\\Made FIRST.HIV OLD.HIV', /STATUS_INVALID_PARAMETER/],
      ['HKLM\\System FIRST.HIV OLD.HIV', /STATUS_NOT_SUPPORTED/],
    ] as const)
      assert.match(await refusal(rig, `reg replace ${line}`), words);
    page.answer = 'failed';
    const refused = await refusal(rig, 'reg replace HKCU FIRST.HIV OLD.HIV');
    assert.match(refused, /STATUS_TRANSACTION_ABORTED/);
    page.answer = 'kept';
    await rig.run('reg flush HKCU');
    const kept = page.memory.slice();
    await rig.run('reg replace HKCU FIRST.HIV OLD.HIV');
    assert.include(await rig.run('reg query HKCU\\Made'), 'second', 'not before');
    await rig.run('reg add HKCU\\Made /v which /d third /f');
    await rig.run('reg flush HKCU');
    await rig.run('reg load HKU\\Old OLD.HIV');
    assert.include(await rig.run('reg query HKU\\Old\\Made'), 'second');
    rig.end();
    for (const [memory, word] of [
      [kept, 'second'],
      [page.memory, 'first'],
    ] as const) {
      const other = new Page();
      other.memory = memory;
      const next = await bootRig({ nvram: other.nvram });
      assert.include(await next.run('reg query HKCU\\Made'), word);
      next.end();
    }
  });

  test('a write that is torn anywhere leaves the state before it', async () => {
    const page = new Page();
    const rig = await bootRig({ nvram: page.nvram });
    await rig.run('reg add HKCU\\Torn /v state /d old');
    await rig.run('reg flush HKCU');
    const before = page.memory.slice();
    await rig.run('reg add HKCU\\Torn /v state /d new');
    await rig.run('reg flush HKCU');
    rig.end();
    const after = page.memory;
    const changed = [...after.keys()].filter((at) => after[at] !== before[at]);
    assert.isAbove(changed.length, 20);
    // What is written last is the head of the place.
    const cuts = [0, 1, 5, changed.length - 21, changed.length - 1].map((at) => changed[at]!);
    for (const cut of cuts) {
      const torn = before.slice();
      const head = Math.floor(changed[0]! / 0x2_0000) * 0x2_0000;
      for (const at of changed) if (at >= head + 512 && at <= cut) torn[at] = after[at]!;
      const other = new Page();
      other.memory = torn;
      const second = await bootRig({ nvram: other.nvram });
      assert.include(await second.run('reg query HKCU\\Torn'), 'REG_SZ    old', `cut at ${cut}`);
      second.end();
    }
  });

  const WORDS: [NvramResult, RegExp][] = [
    ['full', /STATUS_DISK_QUOTA_EXCEEDED/],
    ['failed', /STATUS_TRANSACTION_ABORTED/],
    ['silent', /STATUS_TRANSACTION_TIMED_OUT/],
    ['foreign', /STATUS_SHARING_VIOLATION/],
  ];
  test('a store that refuses: the flush says so, all goes on in memory, and the next one keeps it', async () => {
    const page = new Page();
    const rig = await bootRig({ nvram: page.nvram });
    for (const [index, [answer, words]] of WORDS.entries()) {
      page.answer = answer;
      await rig.run(`reg add HKCU\\Refused /v v${index} /d x`);
      assert.match(await refusal(rig, 'reg flush HKCU'), words);
      assert.match(await refusal(rig, 'reg flush HKCU'), words, 'asking again is no way around');
    }
    page.answer = 'kept';
    await rig.run('reg flush HKCU');
    rig.end();
    const second = await bootRig({ nvram: page.nvram });
    const shown = await second.run('reg query HKCU\\Refused');
    for (const index of WORDS.keys()) assert.include(shown, `v${index}    REG_SZ    x`);
    second.end();
  });

  test('a memory that cannot be read is never written', async () => {
    const page = new Page();
    page.brings = 'silent';
    const rig = await bootRig({ nvram: page.nvram });
    await rig.run('reg add HKCU\\Unread /v x /d y');
    assert.include(await rig.run('reg query HKCU\\Unread'), 'REG_SZ    y');
    assert.match(await refusal(rig, 'reg flush HKCU'), /STATUS_TRANSACTION_TIMED_OUT/);
    assert.equal(page.commits, 0);
    assert.match(
      await refusal(rig, 'type \\\\.\\Nvram'),
      /STATUS_/,
      'and no program gets at it by its device',
    );
    rig.end();
  });

  test('the loader reads service keys: a new one is a driver, one without sense is none', async () => {
    const rig = await bootRig();
    const key = 'HKLM\\System\\CurrentControlSet\\Services\\second';
    const image = '\\??\\BootModules\\null.sys';
    assert.match(await refusal(rig, 'loaddrv second'), /STATUS_DLL_NOT_FOUND/);
    await rig.run(`reg add ${key} /v ImagePath /t REG_EXPAND_SZ /d ${image}`);
    await rig.run(`reg add ${key}\\Parameters /v Resources /t REG_BINARY /d 0102`);
    assert.match(await refusal(rig, 'loaddrv second'), /STATUS_DLL_NOT_FOUND/);
    await rig.run(`reg delete ${key}\\Parameters /f`);
    await rig.run(`loaddrv ${key.replace('HKLM', '\\Registry\\Machine')}`);
    assert.match(await rig.run('lsdrv'), /second +null.sys +\\Device\\Null/);
    await rig.run('unloaddrv second');
    await rig.run(`reg delete ${key} /f`);
    assert.match(await refusal(rig, 'loaddrv second'), /STATUS_DLL_NOT_FOUND/);
    rig.end();
  });

  test('reg: export, import, save, load, and what it refuses', async () => {
    const text = [
      'REGEDIT4',
      '',
      '[HKEY_CURRENT_USER\\Imported]',
      '@="the default"',
      '"q\\"uote"="back\\\\slash"',
      '"dword"=dword:0000002a',
      '"bytes"=hex:01,02,\\',
      '  03',
      '"gone"=-',
      '[HKEY_CURRENT_USER\\Imported\\Deep\\Deeper]',
      '; a remark',
      '"multi"=hex(7):61,00,00,00,62,00,00,00,00,00',
      '',
    ].join('\r\n');
    const files = {
      'IN.REG': text.replace('"gone"=-\r\n', ''),
      'BAD.REG': 'REGEDIT4\r\n[HKCU\\X]\r\nx',
    };
    const rig = await bootRig({ disks: [await makeImage({ kib: 1440, files })] });
    await rig.run('reg import IN.REG');
    const shown = await rig.run('reg query HKCU\\Imported /s');
    for (const line of [
      '(Default)    REG_SZ    the default',
      'q"uote    REG_SZ    back\\slash',
      'dword    REG_DWORD    0x2a',
      'bytes    REG_BINARY    010203',
      'HKEY_CURRENT_USER\\Imported\\Deep\\Deeper',
      'multi    REG_MULTI_SZ    a\\0b',
    ])
      assert.include(shown, line);
    await rig.run('reg export HKCU\\Imported OUT.REG');
    await rig.run('reg save HKCU\\Imported SAVED.HIV');
    await rig.run('reg delete HKCU\\Imported /f');
    await rig.run('reg import OUT.REG');
    assert.equal(await rig.run('reg query HKCU\\Imported /s'), shown);
    await rig.run('reg load HKU\\Loaded SAVED.HIV');
    const loaded = await rig.run('reg query HKU\\Loaded /s');
    assert.equal(loaded.replaceAll('HKEY_USERS\\Loaded', 'HKEY_CURRENT_USER\\Imported'), shown);
    assert.match(await refusal(rig, 'reg load HKU\\Loaded SAVED.HIV'), /STATUS_ACCESS_DENIED/);
    assert.match(await refusal(rig, 'reg load HKCU\\Deep SAVED.HIV'), /STATUS_INVALID_PARAMETER/);
    assert.match(await refusal(rig, 'reg load HKU\\Other IN.REG'), /STATUS_REGISTRY_CORRUPT/);
    assert.match(await refusal(rig, 'reg load HKU\\Other NONE'), /STATUS_OBJECT_NAME_NOT_FOUND/);
    assert.match(await refusal(rig, 'reg flush HKU\\Loaded'), /STATUS_NOT_SUPPORTED/);
    assert.match(await refusal(rig, 'reg unload HKCU'), /STATUS_INVALID_PARAMETER/);
    await rig.run('reg unload HKU\\Loaded');
    assert.match(await refusal(rig, 'reg query HKU\\Loaded'), /STATUS_OBJECT_NAME_NOT_FOUND/);
    assert.match(await refusal(rig, 'reg import BAD.REG'), /BAD.REG, line 3.*STATUS_NOT_REGISTRY/);
    assert.match(await refusal(rig, 'reg query HKXX\\Y'), /Usage: reg query/);
    assert.match(await refusal(rig, 'reg query'), /STATUS_INVALID_PARAMETER/);
    assert.match(await refusal(rig, 'reg query HKCU /x'), /STATUS_INVALID_PARAMETER/);
    assert.match(await refusal(rig, 'reg add HKCU\\A /v x /t REG_DWORD /d y'), /y as REG_DWORD/);
    const services = await rig.run('reg query HKLM\\System\\CurrentControlSet\\Services\\fdc');
    assert.match(services, /ImagePath {4}REG_EXPAND_SZ {4}\\\?\?\\BootModules\\fdc.sys/);
    await rig.run('sync A:');
    const out = new TextDecoder().decode(await readFile(rig.image(), 'OUT.REG'));
    assert.include(out, '"bytes"=hex:01,02,03');
    rig.end();
  });
});
