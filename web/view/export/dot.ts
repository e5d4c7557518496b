/**
 * The map as a graph in DOT, the language of Graphviz: a node for each place, an edge for each
 * capability. Edges have `label`, the capability's type; `rights` as RWGP (read, write, grant,
 * grant reply); `slot` in the holder's CSpace; `badge`.
 */
import type { MapData } from '../data/map.ts';
import { rightsWords } from '../words.ts';

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', ' ')}"`;

const SHAPES = {
  executive: 'doubleoctagon',
  driver: 'component',
  client: 'box',
  hardware: 'cylinder',
};

export function dotOf({ places, lines }: MapData): string {
  const nodes = places.map(({ id, name, kind }) => {
    return `  ${quoted(id)} [label=${quoted(name)}, shape=${SHAPES[kind]}];`;
  });
  const edges = lines.map(({ from, to, slot, type, rights, badge, about }) => {
    const facts = `rights=${quoted(rightsWords(rights))}, slot=${slot}, badge=${badge}`;
    return `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(type)}, tooltip=${quoted(about)}, ${facts}];`;
  });
  return ['digraph capabilities {', ...nodes, ...edges, '}', ''].join('\n');
}
