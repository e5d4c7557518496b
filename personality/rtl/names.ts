/**
 * Names of files: comparing, matching, and the characters that may stand in them.
 *
 * Names keep their case and compare without it. Case folding is by single UTF-16 units, as NT's
 * upcase table does it.
 *
 *   RtlUpcase(name)                       for comparing
 *   FsRtlIsNameInExpression(expr, name)   `*` and `?`, and DOS's own: `<` all up to the last dot,
 *                                         `>` one unit or none at a dot, `"` a dot or the end
 *   dosExpression(typed)                  from a pattern that a person typed
 *   isValidName(name)                     a long file name's component
 *   dosDeviceOf(name)                     `NUL` of `nul`, `NUL.TXT`, `nul:`: no file's name
 */

/**
 * Upper case of each UTF-16 unit alone. Units whose upper case is longer stay, and so do letters
 * outside ASCII whose upper case is in it (dotless i, long s): other systems would not fold them.
 */
export function RtlUpcase(name: string): string {
  if (isFolded(name)) return name;
  if (/^[\0-\x7f]*$/.test(name)) return name.toUpperCase();
  let result = '';
  for (let at = 0; at < name.length; at++) result += upcaseUnit(name[at]!);
  return result;
}

/** ASCII without small letters, as most names are: to see that is quicker than to fold them. */
function isFolded(name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at);
    if (unit >= 0x80 || (unit >= 0x61 && unit <= 0x7a)) return false;
  }
  return true;
}

function upcaseUnit(unit: string): string {
  const upper = unit.toUpperCase();
  const folds = upper.length === 1 && (unit < '\x80' || upper >= '\x80');
  return folds ? upper : unit;
}

/** As a person types them. */
export function hasWildcards(name: string): boolean {
  return /[*?]/.test(name);
}

/** In expressions: what DOS made of `*`, `?` and `.`. */
const DOS_STAR = '<';
const DOS_QM = '>';
const DOS_DOT = '"';

/**
 * All places of the expression that can be reached are gone on with at once: the time is the
 * lengths' product at worst, whatever somebody thought of.
 */
export function FsRtlIsNameInExpression(expression: string, name: string): boolean {
  if (expression === '*') return true;
  const pattern = RtlUpcase(expression);
  const subject = RtlUpcase(name);
  const lastDot = subject.lastIndexOf('.');
  let places = new Set([0]);
  for (let at = 0; at < subject.length && places.size > 0; at++) {
    const unit = subject[at]!;
    const next = new Set<number>();
    for (const place of withoutUnits(pattern, places, unit)) {
      const wanted = pattern[place];
      const many = wanted === '*' || (wanted === DOS_STAR && at !== lastDot);
      if (many) next.add(place);
      else if (matches(wanted, unit)) next.add(place + 1);
    }
    places = next;
  }
  return withoutUnits(pattern, places, undefined).has(pattern.length);
}

function matches(wanted: string | undefined, unit: string): boolean {
  if (wanted === '?') return true;
  if (wanted === DOS_QM) return unit !== '.';
  return wanted === unit || (wanted === DOS_DOT && unit === '.');
}

/** With the places reached by what matches no unit before `next`; undefined: the name's end. */
function withoutUnits(
  pattern: string,
  places: Set<number>,
  next: string | undefined,
): ReadonlySet<number> {
  // A set grows while it is walked.
  for (const place of places) {
    const wanted = pattern[place];
    const passes =
      wanted === '*' ||
      wanted === DOS_STAR ||
      (wanted === DOS_QM && (next === undefined || next === '.')) ||
      (wanted === DOS_DOT && next === undefined);
    if (passes) places.add(place + 1);
  }
  return places;
}

/**
 * The expression that a pattern means which a person typed (as FindFirstFile makes it): `*.*` is
 * everything, `*.` what has no dot, `README.*` README too.
 */
export function dosExpression(typed: string): string {
  if (typed === '*.*') return '*';
  const noDot = hasWildcards(typed) && typed.endsWith('*.');
  const pattern = typed.replace(/(.)\.$/s, '$1');
  let result = '';
  for (let at = 0; at < pattern.length; at++) {
    const [unit, next] = [pattern[at]!, pattern[at + 1]];
    const last = noDot && next === undefined;
    if (unit === '?') result += DOS_QM;
    else if (unit === '.' && (next === '*' || next === '?')) result += DOS_DOT;
    else if (unit === '*' && (next === '.' || last)) result += DOS_STAR;
    else result += unit;
  }
  return result;
}

/** What NtQueryDirectoryFile takes: a name, or an expression. */
export function isValidExpression(expression: string): boolean {
  return !/[\u0000-\u001f/:\\|]/.test(expression);
}

/** 1 to 255 units, none of them reserved, and no trailing dot or blank. */
export function isValidName(name: string): boolean {
  if (name.length === 0 || name.length > 255) return false;
  for (let at = 0; at < name.length; at++) if (reserved[name.charCodeAt(at)]) return false;
  return !name.endsWith('.') && !name.endsWith(' ');
}

/** By unit: control characters, and what has another meaning. */
const reserved = Array.from(
  { length: 0x80 },
  (_, unit) => unit < 0x20 || '"*/:<>?\\|'.includes(String.fromCharCode(unit)),
);

const DOS_DEVICE = /^(NUL|CON|AUX|PRN|CONIN\$|CONOUT\$|(?:COM|LPT)[1-9\u00b9\u00b2\u00b3])$/;

/**
 * The DOS device that a component names in every directory (RtlIsDosDeviceName_U), whatever follows
 * a dot or a colon; undefined for other names.
 */
export function dosDeviceOf(name: string): string | undefined {
  const stem = RtlUpcase(name.replace(/[.:].*$/s, '').replace(/ +$/, ''));
  return DOS_DEVICE.exec(stem)?.[1];
}
