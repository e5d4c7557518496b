/**
 * Names of files: comparing, matching, and the characters that may stand in them.
 *
 * Names keep their case and compare without it. Case folding is by single UTF-16 units, as NT's
 * upcase table does it.
 *
 *   RtlUpcase(name)                       for comparing
 *   FsRtlIsNameInExpression(expr, name)   `*` and `?`; `*.*` matches every name, as in DOS
 *   isValidName(name)                     a long file name's component
 *   dosDeviceOf(name)                     `NUL` of `nul`, `NUL.TXT`, `nul:`: no file's name
 */

/**
 * Upper case of each UTF-16 unit alone. Units whose upper case is longer stay, and so do letters
 * outside ASCII whose upper case is in it (dotless i, long s): other systems would not fold them.
 */
export function RtlUpcase(name: string): string {
  if (/^[\0-\x7f]*$/.test(name)) return name.toUpperCase();
  let result = '';
  for (let at = 0; at < name.length; at++) result += upcaseUnit(name[at]!);
  return result;
}

function upcaseUnit(unit: string): string {
  const upper = unit.toUpperCase();
  const folds = upper.length === 1 && (unit < '\x80' || upper >= '\x80');
  return folds ? upper : unit;
}

export function hasWildcards(name: string): boolean {
  return /[*?]/.test(name);
}

/** Linear in the lengths' product at worst: a hostile pattern costs no more. */
export function FsRtlIsNameInExpression(expression: string, name: string): boolean {
  if (expression === '*' || expression === '*.*') return true;
  const pattern = RtlUpcase(expression);
  const subject = RtlUpcase(name);
  let p = 0;
  let s = 0;
  let star = -1;
  let resume = 0;
  while (s < subject.length) {
    if (
      p < pattern.length &&
      (pattern[p] === '?' || pattern[p] === subject[s]) &&
      pattern[p] !== '*'
    ) {
      p++;
      s++;
    } else if (pattern[p] === '*') {
      star = p++;
      resume = s;
    } else if (star >= 0) {
      p = star + 1;
      s = ++resume;
    } else return restMatchesNothing(pattern, p, subject, s);
  }
  return restMatchesNothing(pattern, p, subject, s);
}

/**
 * What is left of the pattern may match the empty string: stars, and a final `.` or `.*` as in
 * `README.*`. `*.` matches names without a dot.
 */
function restMatchesNothing(pattern: string, p: number, subject: string, s: number): boolean {
  if (s < subject.length) return false;
  const rest = pattern.slice(p).replace(/\*+/g, '*');
  if (rest === '.' && pattern[p - 1] === '*') return !subject.includes('.');
  return /^\*?(\.\*?)?$/.test(rest);
}

/** 1 to 255 units, none of them reserved, and no trailing dot or blank. */
export function isValidName(name: string): boolean {
  if (name.length === 0 || name.length > 255) return false;

  return !/[\u0000-\u001f"*/:<>?\\|]/.test(name) && !/[. ]$/.test(name);
}

const DOS_DEVICE = /^(NUL|CON|AUX|PRN|CONIN\$|CONOUT\$|(?:COM|LPT)[1-9\u00b9\u00b2\u00b3])$/;

/**
 * The DOS device that a component names in every directory (RtlIsDosDeviceName_U), whatever follows
 * a dot or a colon; undefined for other names.
 */
export function dosDeviceOf(name: string): string | undefined {
  const stem = RtlUpcase(name.replace(/[.:].*$/s, '').replace(/ +$/, ''));
  return DOS_DEVICE.exec(stem)?.[1];
}
