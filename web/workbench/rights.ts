/**
 * What a driver asks for, read from its source without running it, and said in words.
 *
 *   export const rights = { ports: [[0x61, 1]], id: 'PNP0800' };
 *
 *   rightsIn(program)          of that declaration; none: nothing. Throws a SourceError
 *   rightsInWords(rights)      a line each
 *   keyLines(name, rights)     command lines that make the service key: only what is in it is
 *                              given when the driver is loaded (docs/registry.md)
 */
import type { Expression, Node, Program } from 'acorn';
import { encodeResources, toDescriptors } from '../../personality/rtl/resources.ts';
import { type Rights, SourceError } from './types.ts';

const NOTHING: Rights = { ports: [], interrupts: [], dma: [], memory: [], id: undefined };
const RANGES = ['ports', 'memory'];
const NUMBERS = ['interrupts', 'dma'];
const KEY = 'HKLM\\System\\CurrentControlSet\\Services\\';
/** As the loader takes them (ntos/cm/resources.ts). */
const PORTS = 0x1_0000;
const LINES = 16;

function fail(node: Node, words: string): never {
  const { line = 1, column = 0 } = node.loc?.start ?? {};
  throw new SourceError(words, line, column + 1);
}

function literalOf(node: Node): unknown {
  const expression = node as Expression;
  if (expression.type === 'Literal') return expression.value;
  if (expression.type === 'ArrayExpression')
    return expression.elements.map((each) => (each ? literalOf(each) : fail(node, 'A hole.')));
  return fail(node, 'Rights are numbers, texts and lists, written out: they are read, never run.');
}

const isNumber = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0;
const isRange = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every(isNumber) && value[1]! > 0;

function checked(name: string, value: unknown, node: Node): unknown {
  if (name === 'id')
    return typeof value === 'string' && /^[A-Z0-9]{3,10}$/.test(value)
      ? value
      : fail(node, 'An id is three to ten capitals and figures, such as PNP0800.');
  const list = Array.isArray(value) ? (value as unknown[]) : fail(node, `${name} is a list.`);
  if (RANGES.includes(name) && list.every(isRange)) {
    const ranges = list as [number, number][];
    if (name === 'ports' && ranges.some(([first, count]) => first + count > PORTS))
      return fail(node, 'There are 65,536 ports.');
    return ranges;
  }
  if (NUMBERS.includes(name) && list.every((each) => isNumber(each) && each < LINES)) return list;
  return fail(node, `${name}: ${RANGES.includes(name) ? '[[first, count], …]' : '[number, …]'}.`);
}

function rightsOf(object: Node): Rights {
  const expression = object as Expression;
  if (expression.type !== 'ObjectExpression') return fail(object, 'rights is an object.');
  const found: Record<string, unknown> = {};
  for (const property of expression.properties) {
    if (property.type !== 'Property' || property.computed || property.key.type !== 'Identifier')
      return fail(property, 'rights has plain names.');
    const { name } = property.key;
    if (!Object.hasOwn(NOTHING, name)) return fail(property, `There is no right "${name}".`);
    found[name] = checked(name, literalOf(property.value), property);
  }
  return { ...NOTHING, ...found };
}

export function rightsIn(program: Program): Rights {
  for (const node of program.body) {
    if (node.type !== 'ExportNamedDeclaration') continue;
    if (node.declaration?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of node.declaration.declarations)
      if (id.type === 'Identifier' && id.name === 'rights' && init) return rightsOf(init);
  }
  return NOTHING;
}

const hex = (value: number): string => value.toString(16).toUpperCase();

export function rightsInWords({ ports, interrupts, dma, memory, id }: Rights): string[] {
  const range = ([first, count]: readonly [number, number]): string =>
    count === 1 ? hex(first) : `${hex(first)} to ${hex(first + count - 1)}`;
  const lines = [
    ...ports.map((each) => `read and write the ports ${range(each)}`),
    ...interrupts.map((line) => `hear interrupt ${line}`),
    ...dma.map((channel) => `move data by DMA channel ${channel}`),
    ...memory.map((each) => `read and write device memory ${range(each)}`),
  ];
  if (lines.length === 0) return ['no hardware: it makes devices and answers their requests'];
  return id === undefined ? lines : [...lines, `all of it with its device, ${id}`];
}

export function keyLines(name: string, rights: Rights): string[] {
  const key = `${KEY}${name}`;
  const add = (path: string, value: string, type: string, data: string): string =>
    `reg add ${path} /v ${value} /t ${type} /d ${data} /f`;
  const list = encodeResources(toDescriptors(rights));
  const data = Array.from(list, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const none = encodeResources([]);
  const nothing = Array.from(none, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const { id } = rights;
  const parameters = `${key}\\Parameters`;
  return [
    add(key, 'ImagePath', 'REG_EXPAND_SZ', `\\??\\BootModules\\${name}.sys`),
    add(key, 'Start', 'REG_DWORD', '3'),
    // What an earlier build of that name asked for is not left in it.
    add(parameters, 'Resources', 'REG_RESOURCE_LIST', id === undefined ? data : nothing),
    `reg delete ${parameters}\\Root /f`,
    ...(id === undefined
      ? []
      : [
          add(`${parameters}\\Root\\0`, 'HardwareID', 'REG_SZ', id),
          add(`${parameters}\\Root\\0`, 'Resources', 'REG_RESOURCE_LIST', data),
        ]),
  ];
}
