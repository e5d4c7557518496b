/** Paths of folders: `A:\` is a root, `A:\LETTERS` is not. */

/**
 * What names are compared by: upper case, each unit by itself. One that would become two, or come
 * into ASCII from outside, stays (personality/rtl/names.ts).
 */
export const folded = (name: string): string =>
  name.replace(/[a-z]+|[^\0-\x7f]/g, (part) => {
    const upper = part.toUpperCase();
    const stays = upper.length > part.length || (part > '\x7f' && upper <= '\x7f');
    return stays ? part : upper;
  });

export const driveOf = (path: string): string => path.slice(0, 2).toUpperCase();

export const rootOf = (path: string): string => `${driveOf(path)}\\`;

export const isRoot = (path: string): boolean => path.length <= 3;

export const joined = (folder: string, name: string): string =>
  folder.endsWith('\\') ? folder + name : `${folder}\\${name}`;

/** A name that a damaged or hostile disk may have, and that a path would take for several. */
export const leadsElsewhere = (name: string): boolean => /[\\/:]|^\.{1,2}$/.test(name);

export function parentOf(path: string): string {
  const at = path.lastIndexOf('\\');
  return at <= 2 ? rootOf(path) : path.slice(0, at);
}

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('\\') + 1);

/** As people may write one; undefined for what names no drive. */
export function folderPath(text: string): string | undefined {
  const match = /^([a-z]:)\\*(.*?)\\*$/is.exec(text.trim().replaceAll('/', '\\'));
  return match ? `${match[1]!.toUpperCase()}\\${match[2]!.replace(/\\+/g, '\\')}` : undefined;
}

/** The folder and those above it, the root first, each with its name. */
export function trail(path: string): { name: string; path: string }[] {
  const steps = [{ name: driveOf(path), path: rootOf(path) }];
  for (const name of path.slice(3).split('\\').filter(Boolean))
    steps.push({ name, path: joined(steps.at(-1)!.path, name) });
  return steps;
}

/** Whether `path` is `folder`, or in it; as the system compares names. */
export function isWithin(path: string, folder: string): boolean {
  const end = (text: string): string => folded(`${text.replace(/\\+$/, '')}\\`);
  return end(path).startsWith(end(folder));
}
