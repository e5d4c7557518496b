/** The name space, directory by directory; then what has no name and only handles lead to. */
import type { ObjectInformation, SystemSnapshot } from '../../../personality/rtl/snapshot.ts';

export interface ObjectRow {
  readonly number: number;
  /** In the tree; nameless ones are at 0. */
  readonly depth: number;
  /** '' for one that only handles lead to; its `name` is what it is a handle of then. */
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly target: string;
  readonly pointers: number;
  readonly handles: number;
  readonly permanent: boolean;
  readonly openBy: readonly { process: number; image: string; handle: number; access: number }[];
}

type OpenBy = ObjectRow['openBy'][number];

function opens({ processes }: SystemSnapshot): Map<number, OpenBy[]> {
  const found = new Map<number, OpenBy[]>();
  for (const { id: process, image, handles } of processes)
    for (const { object, handle, access } of handles) {
      const list = found.get(object) ?? [];
      list.push({ process, image, handle, access });
      found.set(object, list);
    }
  return found;
}

export function objectsOf(snapshot: SystemSnapshot): ObjectRow[] {
  const openBy = opens(snapshot);
  const members = new Map<number, ObjectInformation[]>();
  for (const object of snapshot.objects) {
    const list = members.get(object.parent) ?? [];
    list.push(object);
    members.set(object.parent, list);
  }
  const rows: ObjectRow[] = [];
  const add = (object: ObjectInformation, path: string, depth: number): void => {
    const { number, name, type, target = '', pointers, handles, permanent } = object;
    const facts = { number, name, type, target, pointers, handles, permanent };
    rows.push({ ...facts, path, depth, openBy: openBy.get(number) ?? [] });
    const inside = (members.get(number) ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    for (const each of inside) add(each, `${path === '\\' ? '' : path}\\${each.name}`, depth + 1);
  };
  const [root, ...nameless] = members.get(0) ?? [];
  if (root) add(root, '\\', 0);
  for (const object of nameless) add(object, '', 0);
  return rows;
}
