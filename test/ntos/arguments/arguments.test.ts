/**
 * Every service, with each argument that can be wrong, and the status that NT has for it: the
 * tables are beside it. A service without a row fails the test.
 */
import { assert } from 'chai';
import { apcRoutine } from '../../../personality/ntdll/apc.ts';
import { callService } from '../../../personality/ntdll/call.ts';
import * as native from '../../../personality/ntdll/native.ts';
import type { NtProcess } from '../../../personality/ntdll/process.ts';
import { APC_LIMIT } from '../../../personality/ntos/ke/apc.ts';
import {
  CURRENT_THREAD,
  type ServiceInput,
  type ServiceName,
  services,
} from '../../../personality/rtl/services.ts';
import { statusName } from '../../../personality/rtl/statustext.ts';
import { makeImage } from '../../support/mtools.ts';
import { bootClientRig, type ClientRig, pattern } from '../io-client.ts';
import { files } from './files.ts';
import { type Case, type Fixture, makeFixture, NOBODY, type Table, TYPE } from './fixture.ts';
import { memory } from './memory.ts';
import { objects } from './objects.ts';
import { ports, registry, tokens } from './others.ts';

/** What is tried: the changed fields, and the status that must come. */
function* tries(
  f: Fixture,
  { base, typed = [], handles = [], wrong = [] }: Case<'NtClose'>,
): Generator<readonly [object, string]> {
  for (const field of [...typed, ...handles])
    yield [{ [field]: NOBODY }, 'STATUS_INVALID_HANDLE'] as const;
  for (const field of typed) {
    const isLink = base.handle === f.link;
    yield [{ [field]: isLink ? f.timer : f.stranger }, TYPE] as const;
  }
  yield* wrong;
}

async function check(
  process: NtProcess,
  f: Fixture,
  name: ServiceName,
  given: Case<'NtClose'>,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [change, expected] of tries(f, given)) {
    const input = { ...given.base, ...change };
    const { status } = await callService(process, name, input as ServiceInput<ServiceName>);
    const found = statusName(status);
    if (found !== expected)
      wrong.push(`${name} ${JSON.stringify(change)}: ${found}, not ${expected}`);
  }
  return wrong;
}

suite('ntos: wrong arguments', function () {
  this.timeout(60_000);
  let rig: ClientRig;

  suiteSetup(async () => {
    const image = {
      'FILE.BIN': pattern(1000),
      'FIXED.BIN': pattern(10),
      'DIR/X': pattern(3),
    };
    rig = await bootClientRig([await makeImage({ kib: 1440, files: image })]);
    await rig.run('attrib +r FIXED.BIN');
    await rig.run('reg add HKCU /v Here /d something');
  });
  suiteTeardown(() => rig.end());

  for (const [title, tableOf] of [
    ['objects, waits, threads, processes, the system', objects],
    ['files', files],
    ['memory', memory],
    ['the registry', registry],
    ['ports', ports],
    ['tokens and descriptors', tokens],
  ] as [string, (f: Fixture) => Table | Promise<Table>][])
    test(title, () =>
      rig.client(async (client) => {
        const f = await makeFixture(client);
        const wrong: string[] = [];
        for (const [name, given] of Object.entries(await tableOf(f))) {
          covered.add(name);
          if (typeof given === 'string') continue;
          wrong.push(
            ...(await check(
              client.process,
              f,
              name as ServiceName,
              given as unknown as Case<'NtClose'>,
            )),
          );
        }
        assert.deepEqual(wrong, []);
      }),
    );

  test('an APC that there is no place for is refused, and nothing has begun', () =>
    rig.client(async (client) => {
      const { process } = client;
      const f = await makeFixture(client);
      // From now on nothing of it is pending.
      await client.read(f.reader, 0, 10);
      let ran = 0;
      const apc = apcRoutine(process, () => void ran++);
      const place = {
        handle: CURRENT_THREAD,
        routine: apc,
        context: 1,
        argument1: 0,
        argument2: 0,
      };
      for (let count = 0; count < APC_LIMIT; count++) await native.NtQueueApcThread(process, place);
      const read = { handle: f.pending, address: f.address, length: 10, offset: 0 };
      const watch = { handle: f.key, filter: 1, tree: false, wait: false };
      const calls = [
        (given: object) => native.NtReadFile(process, { ...read, ...given }),
        (given: object) => native.NtNotifyChangeKey(process, { ...watch, ...given }),
      ];
      for (const call of calls) {
        const { status } = await call({ apc });
        assert.equal(statusName(status), 'STATUS_INSUFFICIENT_RESOURCES');
      }
      assert.equal((await calls[0]!({})).status, 0, 'without one it is done');
      await native.NtTestAlert(process);
      assert.equal(ran, APC_LIMIT);
      // What was promised has its place, however many others come.
      assert.equal((await calls[0]!({ apc })).status, 0);
      assert.equal(statusName((await calls[1]!({ apc })).status), 'STATUS_PENDING');
      for (let count = 0; count < APC_LIMIT; count++) await native.NtQueueApcThread(process, place);
      const key = { name: 'Told', root: f.key, access: 0x0002_0000, attributes: 0 };
      await native.NtCreateKey(process, { ...key, className: '', options: 1 });
      await native.NtTestAlert(process);
      assert.equal(ran, 2 * APC_LIMIT);
      assert.equal((await calls[0]!({ apc })).status, 0, 'the places are free again');
    }));

  const covered = new Set<string>();
  test('no service is left out', () => {
    const all = Object.keys(services).filter((name) => name.startsWith('Nt'));
    assert.deepEqual(
      all.filter((name) => !covered.has(name)),
      [],
    );
  });
});
