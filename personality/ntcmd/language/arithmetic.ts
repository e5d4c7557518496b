/**
 * `set /a`: integers of 32 bits, as in C.
 *
 *   evaluate(text, variables)   the value of the last expression; sets what is assigned
 *
 *   list       := assignment { , assignment }
 *   assignment := name ( = | *= | ... ) assignment | binary
 *   binary     := unary with   * / %   + -   << >>   &   ^   |     from tight to loose
 *   unary      := ( ! | ~ | - | + ) unary | ( list ) | number | name
 *
 * Numbers are decimal, 0x hexadecimal or 0 octal. A variable that is not set, or no number, is 0.
 * Raises STATUS_INVALID_PARAMETER, in words.
 */
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';
import type { Environment } from '../../rtl/environment.ts';

/** Parentheses in parentheses, signs before signs. */
const DEEPEST = 200;
const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const TOKEN =
  /\s*(?:(<<=|>>=|<<|>>|[-+*/%&^|]=|[-+*/%&^|!~=(),])|([0-9][0-9a-z]*)|([^\s\-+*/%&^|!~=(),<>"]+))/iy;

interface Token {
  readonly text: string;
  readonly kind: 'operator' | 'number' | 'name' | 'end';
}

export function evaluate(text: string, variables: Environment): number {
  return new Calculator(tokens(text), variables).all();
}

function wrong(why: string): CommandError {
  return new CommandError(Status.STATUS_INVALID_PARAMETER, `set /a: ${why}`);
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  const whole = text.replaceAll('"', ' ').trimEnd();
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < whole.length;) {
    const match = TOKEN.exec(whole);
    if (!match) throw wrong('the expression cannot be read');
    const [, operator, number, name] = match;
    if (operator !== undefined) found.push({ text: operator, kind: 'operator' });
    else if (number !== undefined) found.push({ text: number, kind: 'number' });
    else found.push({ text: name!, kind: 'name' });
  }
  return found;
}

/** As C's strtol reads it: what follows the digits does not count. */
function numberOf(text: string): number {
  const match = /^\s*([-+]?)(?:0x([0-9a-f]+)|(0[0-7]*)|(\d+))/i.exec(text);
  if (!match) return 0;
  const [, sign, hex, octal, decimal] = match;
  const value = hex ? parseInt(hex, 16) : octal ? parseInt(octal, 8) : Number(decimal);
  return (sign === '-' ? -value : value) | 0;
}

class Calculator {
  readonly #tokens: readonly Token[];
  readonly #variables: Environment;
  #at = 0;
  #depth = 0;

  constructor(given: readonly Token[], variables: Environment) {
    this.#tokens = given;
    this.#variables = variables;
  }

  all(): number {
    const value = this.#list();
    if (this.#at < this.#tokens.length) throw wrong(`'${this.#next.text}' was not expected`);
    return value;
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { text: '', kind: 'end' };
  }

  #takes(text: string): boolean {
    const found = this.#next.kind === 'operator' && this.#next.text === text;
    if (found) this.#at++;
    return found;
  }

  #list(): number {
    let value = this.#assignment();
    while (this.#takes(',')) value = this.#assignment();
    return value;
  }

  #assignment(): number {
    const { text: name, kind } = this.#next;
    const operator = this.#tokens[this.#at + 1]?.text ?? '';
    if (kind !== 'name' || !operator.endsWith('=')) return this.#binary(0);
    this.#at += 2;
    this.#enter();
    const right = this.#assignment();
    this.#depth--;
    const old = numberOf(this.#variables.get(name) ?? '');
    const value = operator === '=' ? right : calculate(operator.slice(0, -1), old, right);
    this.#variables.set(name, String(value));
    return value;
  }

  #binary(level: number): number {
    const operators = LEVELS[level];
    if (!operators) return this.#unary();
    let value = this.#binary(level + 1);
    for (;;) {
      const operator = operators.find((one) => this.#takes(one));
      if (operator === undefined) return value;
      value = calculate(operator, value, this.#binary(level + 1));
    }
  }

  #unary(): number {
    this.#enter();
    const { text, kind } = this.#next;
    this.#at++;
    const value = kind === 'operator' ? this.#signed(text) : this.#plain(text, kind);
    this.#depth--;
    return value;
  }

  #signed(operator: string): number {
    switch (operator) {
      case '!':
        return this.#unary() === 0 ? 1 : 0;
      case '~':
        return ~this.#unary();
      case '-':
        return -this.#unary() | 0;
      case '+':
        return this.#unary();
      case '(': {
        const value = this.#list();
        if (!this.#takes(')')) throw wrong("a ')' is missing");
        return value;
      }
      default:
        throw wrong(`'${operator}' was not expected`);
    }
  }

  #plain(text: string, kind: Token['kind']): number {
    if (kind === 'end') throw wrong('a number is missing');
    if (kind === 'name') return numberOf(this.#variables.get(text) ?? '');
    if (!/^(?:0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.test(text)) throw wrong(`${text} is no number`);
    const value = numberOf(text);
    if (!/^0/.test(text) && value !== Number(text)) throw wrong(`${text} has more than 32 bits`);
    return value;
  }

  #enter(): void {
    if (++this.#depth > DEEPEST) throw wrong('the expression is too deep');
  }
}

function calculate(operator: string, left: number, right: number): number {
  switch (operator) {
    case '*':
      return Math.imul(left, right);
    case '/':
    case '%':
      if (right === 0) throw wrong('it divides by zero');
      return operator === '/' ? (left / right) | 0 : (left % right) | 0;
    case '+':
      return (left + right) | 0;
    case '-':
      return (left - right) | 0;
    case '<<':
      return right < 0 || right > 31 ? 0 : left << right;
    case '>>':
      return right < 0 || right > 31 ? (left < 0 ? -1 : 0) : left >> right;
    case '&':
      return left & right;
    case '^':
      return left ^ right;
    default:
      return left | right;
  }
}
