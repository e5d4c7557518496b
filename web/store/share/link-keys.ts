/**
 * The small keys of a link: what is neither a disk nor a command.
 *
 *   parseOpen(raw, errors)            a file to show at the start, as `A:\DIR\NAME.TXT`
 *   openOf(path)                      the same of what a page passes; throws a ShareError `open`
 *   parseSettings(value, errors)      how the machine is to run; `value` finds a key's raw text
 *   settingPairs(settings)            and back, as `key=value`
 *
 * A file is only shown: the path may lead to nothing but a file on a floppy. What could be more to
 * the shell (devices, wildcards, quotes, redirection) is no path here.
 */
import { ShareError } from '../errors.ts';
import type { LinkSettings } from '../types.ts';
import { isVisible, visibleName } from './visible.ts';

const LONGEST_PATH = 260;
const LONGEST_SHOWN = 40;

/** Names that are devices wherever they stand, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|clock\$|com\d|lpt\d)(?:\..*)?$/i;
/** The part of a path: a name that a file on a floppy can have. */
const NAME = /^[^\\/:*?"<>|\n]*[^\\/:*?"<>|\n. ]$/;

/** On A:, where no drive is said. Undefined: no such path. */
function openPath(text: string): string | undefined {
  const [, drive = 'A:', rest = ''] = /^([ab]:)?[\\/]?(.*)$/is.exec(text) ?? [];
  const names = rest.split(/[\\/]/);
  const sound =
    text.length <= LONGEST_PATH &&
    isVisible(text) &&
    names.every((name) => NAME.test(name) && !DEVICE.test(name));
  return sound ? `${drive.toUpperCase()}\\${names.join('\\')}` : undefined;
}

export function openOf(path: string): string {
  const found = openPath(path);
  if (found !== undefined) return found;
  throw new ShareError(
    'open',
    'What a link opens is a file on A: or B:, such as A:\\DIR\\NAME.TXT: this is no such path.',
  );
}

/** Empty: none. */
export function parseOpen(text: string | undefined, errors: string[]): string {
  if (text === '') return '';
  const path = text === undefined ? undefined : openPath(text);
  if (path === undefined)
    errors.push('The file that this link is to show has no proper path, and is not shown.');
  return path ?? '';
}

const CHOICES = {
  speed: ['fast', 'real'],
  topology: ['auto', 'isolated', 'single'],
} as const;
type Key = keyof typeof CHOICES;
const KEYS = Object.keys(CHOICES) as Key[];

export function parseSettings(
  value: (key: Key) => string | undefined,
  errors: string[],
): LinkSettings {
  const settings: Partial<Record<Key, string>> = {};
  for (const key of KEYS) {
    const given = value(key);
    if (given === undefined) continue;
    if ((CHOICES[key] as readonly string[]).includes(given)) settings[key] = given;
    else errors.push(`There is no ${key} "${shown(given)}"; this one was chosen by itself.`);
  }
  return settings as LinkSettings;
}

const shown = (text: string): string => visibleName(text).slice(0, LONGEST_SHOWN);

/** What is so by itself is not said. */
export function settingPairs(settings: LinkSettings = {}): string[] {
  return KEYS.filter((key) => settings[key] && settings[key] !== CHOICES[key][0]).map(
    (key) => `${key}=${settings[key]}`,
  );
}
