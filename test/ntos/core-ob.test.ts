/** The object manager by itself: names, links, handles, lifetimes. */
import { assert } from 'chai';
import fc from 'fast-check';
import type {
  HandleTable,
  ObHeader,
  ObObject,
  ObType,
  OpenContext,
} from '../../personality/ntos/ob/types.ts';
import type { Process } from '../../personality/ntos/ps/types.ts';
import { Directory } from '../../personality/ntos/ob/directory.ts';
import { HandleTableBody } from '../../personality/ntos/ob/handles.ts';
import { makeHeader } from '../../personality/ntos/ob/header.ts';
import { createOb } from '../../personality/ntos/ob/ob.ts';
import { QuotaBlock } from '../../personality/ntos/ps/quota.ts';
import { unlimited } from '../../personality/ntos/ps/quotatable.ts';
import { SymbolicLink } from '../../personality/ntos/ob/symlink.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';

const SUCCESS = Status.STATUS_SUCCESS;

function makeProcess(quota?: QuotaBlock): Process {
  return { state: 'running', handles: new HandleTableBody(quota) as HandleTable } as Process;
}

function makeThing(type: ObType): ObObject {
  return { header: makeHeader(type) };
}

interface Log {
  readonly type: ObType;
  readonly deleted: ObObject[];
  readonly closed: ObObject[];
}

function loggingType(more: Partial<ObType> = {}): Log {
  const deleted: ObObject[] = [];
  const closed: ObObject[] = [];
  const type: ObType = {
    name: 'Thing',
    delete: (object) => void deleted.push(object),
    close: (object) => void closed.push(object),
    ...more,
  };
  return { type, deleted, closed };
}

const context = { process: makeProcess(), access: 0 } as OpenContext;

suite('ntos/ob', () => {
  test('names are found without regard to case, and kept as given', () => {
    const ob = createOb();
    ob.createDirectory('\\Device');
    const thing = makeThing(loggingType().type);
    assert.equal(ob.insert('\\Device\\Floppy0', thing, true), SUCCESS);
    assert.equal(ob.lookup('\\DEVICE\\floppy0').object, thing);
    assert.equal(ob.nameOf(thing), '\\Device\\Floppy0');
    const twin = makeThing(loggingType().type);
    assert.equal(ob.insert('\\device\\FLOPPY0', twin, true), Status.STATUS_OBJECT_NAME_COLLISION);
    assert.equal(twin.header.pointers, 0);
  });

  test('a name has as many letters in either case: ß is no SS, and ı no I', () => {
    const ob = createOb();
    for (const name of ['straße', 'ı', 'grün']) ob.createDirectory(`\\${name}`);
    const status = (path: string) => ob.lookup(path).status;
    assert.equal(status('\\STRASSE'), Status.STATUS_OBJECT_NAME_NOT_FOUND);
    assert.equal(status('\\I'), Status.STATUS_OBJECT_NAME_NOT_FOUND);
    assert.equal(status('\\STRAßE'), SUCCESS);
    assert.equal(status('\\GRÜN'), SUCCESS);
  });

  test('each wrong name has its own status', () => {
    const ob = createOb();
    ob.createDirectory('\\A');
    const status = (path: string) => ob.lookup(path).status;
    assert.equal(status(''), Status.STATUS_OBJECT_NAME_INVALID);
    assert.equal(status('A'), Status.STATUS_OBJECT_PATH_SYNTAX_BAD);
    assert.equal(status('\\B'), Status.STATUS_OBJECT_NAME_NOT_FOUND);
    assert.equal(status('\\B\\C'), Status.STATUS_OBJECT_PATH_NOT_FOUND);
    assert.equal(status(`\\${'x'.repeat(5000)}`), Status.STATUS_NAME_TOO_LONG);
    const thing = () => makeThing(loggingType().type);
    assert.equal(ob.insert('\\B\\C', thing(), true), Status.STATUS_OBJECT_PATH_NOT_FOUND);
    assert.equal(ob.insert('\\', thing(), true), Status.STATUS_OBJECT_NAME_INVALID);
    assert.equal(ob.insert('C', thing(), true), Status.STATUS_OBJECT_PATH_SYNTAX_BAD);
  });

  test('links are followed, and a circle of links ends', async () => {
    const ob = createOb();
    ob.createDirectory('\\Device\\Deep');
    ob.createDirectory('\\??');
    const thing = makeThing(loggingType().type);
    ob.insert('\\Device\\Deep\\Thing', thing, true);
    ob.insert('\\??\\A:', new SymbolicLink('\\Device\\Deep'), true);
    ob.insert('\\??\\B:', new SymbolicLink('\\??\\A:\\Thing'), true);
    assert.equal(ob.lookup('\\??\\a:\\thing').object, thing);
    assert.equal(ob.lookup('\\??\\B:').object, thing);
    ob.insert('\\One', new SymbolicLink('\\Two'), true);
    ob.insert('\\Two', new SymbolicLink('\\One'), true);
    assert.equal(ob.lookup('\\One').status, Status.STATUS_OBJECT_NAME_INVALID);
    const opened = await ob.open('\\Two\\x', undefined, context);
    assert.equal(opened.status, Status.STATUS_OBJECT_NAME_INVALID);
  });

  test('open gets what parse leaves, and may answer with another object or name', async () => {
    const ob = createOb();
    const file = loggingType();
    const made: ObObject[] = [];
    const device: ObType = {
      name: 'Device',
      parse: () => ({ stop: true }),
      open: async (_object, rest) => {
        if (rest === 'elsewhere') return { status: SUCCESS, reparse: '\\Dev\\x\\y' };
        const object: ObObject & { rest: string } = { header: makeHeader(file.type), rest };
        ob.reference(object);
        made.push(object);
        return { status: SUCCESS, object };
      },
    };
    const dev = makeThing(device);
    ob.insert('\\Dev', dev, true);
    const first = await ob.open('\\Dev\\Dir\\File.txt', undefined, context);
    assert.equal((first.object as unknown as { rest: string }).rest, 'Dir\\File.txt');
    const again = await ob.open('\\dev\\elsewhere', undefined, context);
    assert.equal((again.object as unknown as { rest: string }).rest, 'x\\y');
    const relative = await ob.open('z', dev, context);
    assert.equal((relative.object as unknown as { rest: string }).rest, 'z');
    const absolute = await ob.open('\\z', dev, context);
    assert.equal(absolute.status, Status.STATUS_OBJECT_PATH_SYNTAX_BAD);
    for (const object of made) ob.dereference(object);
    assert.equal(file.deleted.length, 3);
    assert.equal(dev.header.pointers, 1);
  });

  test('a temporary name goes with the last handle, a permanent one stays', async () => {
    const ob = createOb();
    const process = makeProcess();
    const { type, deleted } = loggingType();
    const [temporary, permanent] = [makeThing(type), makeThing(type)];
    ob.insert('\\T', temporary, false);
    ob.insert('\\P', permanent, true);
    const handles = [temporary, temporary, permanent].map(
      (object) => ob.createHandle(process, object, 1).handle,
    );
    await ob.closeHandle(process, handles[0]!);
    assert.equal(ob.lookup('\\T').object, temporary);
    await ob.closeHandle(process, handles[1]!);
    await ob.closeHandle(process, handles[2]!);
    assert.equal(ob.lookup('\\T').status, Status.STATUS_OBJECT_NAME_NOT_FOUND);
    assert.equal(ob.lookup('\\P').object, permanent);
    assert.deepEqual(deleted, [temporary]);
  });

  test('handles: type, access and staleness are checked', async () => {
    const ob = createOb();
    const process = makeProcess();
    const { type, closed } = loggingType();
    const thing = makeThing(type);
    const { handle } = ob.createHandle(process, thing, 0b101);
    assert.equal(handle % 4, 0);
    const status = (wanted: ObType | undefined, access: number) =>
      ob.referenceByHandle(process, handle, wanted, access).status;
    assert.equal(status(type, 0b100), SUCCESS);
    assert.equal(status(undefined, 0), SUCCESS);
    assert.equal(status(type, 0b010), Status.STATUS_ACCESS_DENIED);
    assert.equal(status(loggingType().type, 0), Status.STATUS_OBJECT_TYPE_MISMATCH);
    assert.equal(await ob.closeHandle(process, handle), SUCCESS);
    assert.equal(await ob.closeHandle(process, handle), Status.STATUS_INVALID_HANDLE);
    assert.equal(status(type, 0), Status.STATUS_INVALID_HANDLE);
    assert.notEqual(ob.createHandle(process, makeThing(type), 0).handle, handle);
    assert.deepEqual(closed, [thing]);
  });

  test('the end of a process closes all handles, whatever one of them throws', async () => {
    const ob = createOb();
    const process = makeProcess();
    const broken = loggingType({
      close: async () => {
        throw new Error('broken');
      },
    });
    const whole = loggingType();
    const things = [makeThing(broken.type), makeThing(whole.type)];
    for (const thing of things) ob.createHandle(process, thing, 0);
    await ob.closeAllHandles(process);
    assert.equal(process.handles.size, 0);
    assert.deepEqual([...broken.deleted, ...whole.deleted], things);
  });

  test('a process holds a limited number of handles', () => {
    const ob = createOb();
    const quota = new QuotaBlock({ limits: { ...unlimited, handles: 100 } });
    const process = makeProcess(quota);
    const thing = makeThing(loggingType().type);
    const create = () => ob.createHandle(process, thing, 0);
    const handles = Array.from({ length: 100 }, () => create().handle);
    assert.deepEqual(create(), { status: Status.STATUS_INSUFFICIENT_RESOURCES, handle: 0 });
    assert.equal(ob.reserveHandle(process, thing.header.type), create().status);
    void ob.closeHandle(process, handles[50]!);
    assert.equal(ob.reserveHandle(process, thing.header.type), SUCCESS);
    assert.equal(create().handle, 0, 'the last place is reserved');
    assert.notEqual(ob.createHandle(process, thing, 0, true).handle, 0);
    assert.equal(quota.usage.handles, 100);
    process.state = 'ended';
    assert.equal(create().status, Status.STATUS_PROCESS_IS_TERMINATING);
  });

  test('any name gives a status, never an exception; what was inserted is found', () => {
    const ob = createOb();
    const model = new Map<string, ObHeader>();
    const part = fc.oneof(fc.constantFrom('a', 'B', 'Dir', '??', ''), fc.string({ maxLength: 6 }));
    const path = fc.array(part, { maxLength: 5 }).map((parts) => `\\${parts.join('\\')}`);
    fc.assert(
      fc.property(path, fc.boolean(), (name, asDirectory) => {
        const object = asDirectory ? new Directory() : makeThing(loggingType().type);
        const status = ob.insert(name, object, true);
        if (status === SUCCESS) model.set(name.replace(/\\+/g, '\\'), object.header);
        else assert.equal(object.header.pointers, 0);
      }),
      { numRuns: 500 },
    );
    for (const [name, header] of model) assert.equal(ob.lookup(name).object?.header, header);
    assert.isAbove(model.size, 10);
  });
});
