/**
 * What the browser's storage can do, crossed with everything that a user can do: what the user is
 * told, where the bytes are, and that the next action loses nothing.
 *
 *   crossing(table)   a suite for the faults of one table of docs/store-failures.md
 *
 * The table in the guide is what this found; it fails where the two differ. To write it anew:
 * NEPTUNE_MADE_PAGES=write npx wtr --files 'test/element/store-failures-*.test.ts'
 *
 * In each cell a kept disk is in the drive and a program has just written MARK to it; then the
 * fault begins, the action is done, the fault ends, and the disk is asked for once more.
 */
import { executeServerCommand } from '@web/test-runner-commands';
import { assert } from 'chai';
import { statusName } from '../../personality/rtl/statustext.ts';
import { TIMES } from '../../web/store/times.ts';
import { ACTIONS, type Cell } from './store-actions.ts';
import { afterStorage, beforeStorage, FAULTS, storedDisks } from './store-faults.ts';
import { KeepingSystem } from './keeping-system.ts';
import { freshPrefix, removeAll, running, TestedElement } from './fixture.ts';

const BYTES = 737_280;
const AT = 40_960;
const MARK = Uint8Array.from({ length: 512 }, (_, i) => (i * 7) & 255);
/** What a store that was silent for long takes to be given up and tried again. */
const LATER_MS = 30_000;
const FAULT_MS = 90_000;

/** Sparse, so that it fits into a link; of every kind of damage some falls into it. */
function disk(): Uint8Array {
  return new Uint8Array(BYTES).fill(0x11, 0, 20_000);
}

const hasMark = (image: Uint8Array | undefined): boolean =>
  image !== undefined && MARK.every((byte, i) => image[AT + i] === byte);

const GIVES_OUT = ['download', 'exportDisk', 'share', 'eject'];

const isStored = async (prefix: string): Promise<boolean> =>
  (await storedDisks(prefix)).some(({ image }) => hasMark(image));

async function begun(prefix: string): Promise<Cell> {
  const { element, system } = await running({ persist: prefix, controls: '' });
  await element.insertDisk('A:', disk(), { label: 'ours' });
  // From here on: a fault may be noticed, and told, before the action begins.
  const said: string[] = [];
  element.addEventListener('neptune-error', (event) =>
    said.push((event as CustomEvent<{ message: string }>).detail.message),
  );
  return { element, system: system as unknown as KeepingSystem, prefix, said, later: [] };
}

interface Done {
  outcome: string;
  said: string[];
  given: Uint8Array | undefined;
  /** While the fault was still there. */
  unsaved: boolean;
}

async function act(cell: Cell, action: string): Promise<Done> {
  let outcome = 'done';
  let given: Uint8Array | undefined;
  try {
    given = (await ACTIONS[action]!(cell)) ?? undefined;
  } catch (error) {
    const { status } = error as { status?: number };
    outcome = status === undefined ? `refused: ${String(error)}` : statusName(status);
  }
  return { outcome, said: cell.said, given, unsaved: cell.element.unsaved };
}

/** The cell in words; throws where anything is lost, or not said. */
async function judge(cell: Cell, action: string, done: Done, healed: Promise<void>) {
  const { outcome, said, given, unsaved } = done;
  assert.notMatch(outcome, /^refused/, `${action}: ${outcome}`);
  if (GIVES_OUT.includes(action)) assert.isTrue(hasMark(given), `${action}: the image is whole`);
  if (outcome !== 'done' || unsaved) assert.isNotEmpty(said, `${action}: not kept, and not said`);
  const words = said.length > 0 ? `${outcome}, said` : outcome;
  await healed;
  if (action === 'close tab') return lastSync(cell);
  const claimed = !unsaved && action !== 'second tab';
  if (claimed) assert.isTrue(await isStored(cell.prefix), `${action}: it passes for kept`);
  // The next action.
  if (cell.element.isConnected) await cell.element.exportDisk('A:').catch(() => undefined);
  await sooner(() => isStored(cell.prefix), `${action}: it was never kept`);
  await sooner(async () => !cell.element.unsaved, `${action}: it never passed for kept again`);
  return `${words}; ${unsaved ? 'in the page, kept later' : 'kept'}`;
}

/** Nobody was asked anything: the store has a state that the disk had, or says what is damaged. */
async function lastSync({ prefix, element }: Cell): Promise<string> {
  const disks = await storedDisks(prefix);
  element.remove();
  if (disks.length === 0) return 'lost';
  const damaged = disks.some(({ damage }) => damage !== undefined);
  return damaged ? 'last sync, damage named' : 'last sync';
}

async function sooner(holds: () => Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + LATER_MS;
  while (!(await holds())) {
    assert.isBelow(performance.now(), end, what);
    await new Promise((later) => setTimeout(later, 200));
  }
}

export function crossing(table: keyof typeof FAULTS): void {
  suite(`element/store-failures ${table}`, function () {
    this.timeout(FAULT_MS);
    const rows = new Map<string, string[]>();
    const names = Object.keys(ACTIONS);

    const usual = { ...TIMES };
    suiteSetup(() => {
      beforeStorage();
      Object.assign(TIMES, { silence: 6000, retry: 300, longest: 600 });
    });
    suiteTeardown(() => {
      afterStorage();
      Object.assign(TIMES, usual);
    });
    setup(() => {
      TestedElement.start = async (options) => {
        const system = new KeepingSystem(options);
        TestedElement.systems.push(system);
        return system;
      };
    });
    teardown(removeAll);

    for (const [fault, begin] of Object.entries(FAULTS[table])) {
      test(`${fault}: whatever the user does, nothing is lost, and nothing passes for kept`, async () => {
        const group = freshPrefix();
        const cells: Cell[] = [];
        for (const name of names) cells.push(await begun(`${group} ${name}`));
        for (const { system } of cells) system.put(0, AT, MARK);
        const end = await begin(group);
        const done = await Promise.all(cells.map((cell, i) => act(cell, names[i]!)));
        const healed = Promise.resolve(end());
        const judged = cells.map((cell, i) => judge(cell, names[i]!, done[i]!, healed));
        rows.set(fault, await Promise.all(judged));
      });
    }

    test('the table in the guide is this one', async () => {
      const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
      const head = line(['', ...names]) + line(['', ...names].map(() => '---'));
      const text = head + [...rows].map(([name, row]) => line([name, ...row])).join('');
      const payload = { page: 'store-failures', table, text };
      const found = await executeServerCommand<{ text: string }, typeof payload>(
        'made-page',
        payload,
      );
      assert.equal(found.text.trim(), text.trim());
    });
  });
}
