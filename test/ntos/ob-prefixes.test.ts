/**
 * What the beginnings of names led to is remembered: an open answers what one without a memory
 * does, whatever came and went before, and asks the directories for whom they have to be asked.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import { createOb } from '../../personality/ntos/ob/ob.ts';
import { makeHeader } from '../../personality/ntos/ob/header.ts';
import { SymbolicLink } from '../../personality/ntos/ob/symlink.ts';
import type { Ob, ObObject, ObType, OpenContext } from '../../personality/ntos/ob/types.ts';
import type { Token } from '../../personality/ntos/se/token.ts';
import * as sec from '../../personality/rtl/security/constants.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';

/** What was opened, and with what rest, as the answer. */
const device: ObType = {
  name: 'Device',
  parse: () => ({ stop: true }),
  open: (object, rest) => ({
    status: Status.STATUS_SUCCESS,
    answer: `${object.header.name}:${rest}`,
  }),
};

const context = { process: {}, access: 0 } as OpenContext;

/** So long that little may follow. */
const DEEP = `\\${'d'.repeat(250)}`.repeat(15);
const LONG = `${DEEP}\\${'l'.repeat(234)}`;
const DEVICES = ['\\Device\\One', '\\Device\\Two', LONG];
const LINKS = ['\\??\\A:', '\\??\\B:'];
/** One goes into a device, where something is called as the link. */
const TARGETS = [...DEVICES, ...LINKS, '\\Device\\One\\A:'];
const NAMES = [...LINKS, ...DEVICES].flatMap((name) =>
  ['', '\\', '\\x', '\\\\x', '\\x\\y', `\\${'x'.repeat(97)}`].map((rest) => ({ name, rest })),
);

interface Place {
  readonly name: string;
  readonly target: string;
}

/** A link where `target` says one. */
function put(ob: Ob, { name, target }: Place): void {
  const there = ob.lookup(name.slice(0, name.lastIndexOf('\\')) || '\\').object;
  const object: ObObject =
    target === '' ? { header: makeHeader(device) } : new SymbolicLink(target);
  if (there) ob.insert(name, object, true);
}

function fresh(places: Iterable<Place> = []): Ob {
  const ob = createOb();
  for (const name of ['\\Device', '\\??', DEEP]) ob.createDirectory(name);
  for (const place of places) put(ob, place);
  return ob;
}

function opened(ob: Ob, name: string, given = context) {
  const { status, answer, missing } = ob.open(name, undefined, given) as {
    status: number;
    answer?: unknown;
    missing?: string;
  };
  return { status, answer, missing };
}

const aPlace = fc.oneof(
  fc.record({ name: fc.constantFrom(...DEVICES), target: fc.constant('') }),
  fc.record({
    name: fc.constantFrom(...LINKS),
    target: fc.constantFrom(...TARGETS),
  }),
);
const aStep = fc.record({
  place: aPlace,
  remove: fc.boolean(),
  names: fc.array(fc.constantFrom(...NAMES), { maxLength: 6 }),
});

suite('ntos/ob beginnings of names', () => {
  test('lead where they would without a memory', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 30 }), (steps) => {
        const ob = fresh();
        const places = new Map<string, Place>();
        for (const { place, remove, names } of steps) {
          const { name } = place;
          const there = places.get(name);
          if (remove && there) {
            const directory = ob.lookup(name.slice(0, name.lastIndexOf('\\')) || '\\').object;
            const object = (directory as unknown as { find(name: string): ObObject }).find(
              name.slice(name.lastIndexOf('\\') + 1),
            );
            ob.remove(object);
            places.delete(name);
          } else if (!there) {
            put(ob, place);
            places.set(name, place);
          }
          for (const { name: begins, rest } of names) {
            opened(ob, `${begins}\\x`);
            const each = begins + rest;
            assert.deepEqual(opened(ob, each), opened(fresh(places.values()), each), each);
          }
        }
      }),
      { seed: 77, numRuns: 60 },
    );
  });

  test('leave no more room than the name has that a link leads to', () => {
    const ob = fresh([
      { name: LONG, target: '' },
      { name: '\\??\\A:', target: LONG },
    ]);
    const status = (rest: number) => opened(ob, `\\??\\A:\\${'x'.repeat(rest)}`).status;
    for (let turn = 0; turn < 2; turn++)
      assert.deepEqual(
        [status(1), status(95), status(96)],
        [Status.STATUS_SUCCESS, Status.STATUS_SUCCESS, Status.STATUS_NAME_TOO_LONG],
      );
  });

  test('end before what a link brings, though it be called as the link is', () => {
    const ob = fresh([
      { name: '\\Device\\One', target: '' },
      { name: '\\Device\\Two', target: '' },
      { name: '\\??\\A:', target: '\\Device\\One' },
      { name: '\\??\\B:', target: '\\Device\\Two\\B:' },
    ]);
    for (let turn = 0; turn < 2; turn++) {
      assert.equal(opened(ob, '\\??\\B:\\x').answer, 'Two:B:\\x');
      assert.equal(opened(ob, '\\??\\A:\\x').answer, 'One:x');
    }
  });

  test('are walked for who may not go through every directory', () => {
    const ob = fresh([
      { name: '\\Device\\One', target: '' },
      { name: '\\??\\A:', target: '\\Device\\One' },
    ]);
    const name = '\\??\\A:\\x';
    for (let turn = 0; turn < 2; turn++) assert.equal(opened(ob, name).answer, 'One:x');
    // A token that nobody grants anything.
    const parts = { type: sec.TokenImpersonation, level: sec.SecurityIdentification };
    const token = { holds: () => false, parts } as unknown as Token;
    assert.equal(opened(ob, name, { ...context, token }).status, Status.STATUS_ACCESS_DENIED);
  });
});
