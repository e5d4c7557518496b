/** A tree as a line again: what is echoed of a batch file and of loops. */
import type { If, Node, Redirection, Test } from './tree.ts';

/** `expand`: what puts the variables of loops in. */
export function showNode(node: Node, expand = (text: string): string => text): string {
  const show = (inner: Node): string => showNode(inner, expand);
  switch (node.kind) {
    case 'simple':
      return expand(node.text) + showRedirections(node.redirections);
    case 'block':
      return `(${sequence(node.body.map(show))})${showRedirections(node.redirections)}`;
    case '&':
      return sequence(node.parts.map(show));
    case '@':
      return `@${show(node.body)}`;
    case 'if':
      return expand(showIf(node)) + show(node.then) + showElse(node, show);
    case 'for': {
      const mode = node.mode === '' ? '' : `/${node.mode.toUpperCase()} `;
      const options = node.options === '' ? '' : `${node.options} `;
      return (
        expand(`for ${mode}${options}%${node.variable} in (${node.set}) do `) + show(node.body)
      );
    }
    default:
      return `${show(node.left).trimEnd()} ${node.kind} ${show(node.right)}`;
  }
}

function sequence(parts: readonly string[]): string {
  return parts.map((part) => part.trimEnd()).join(' & ');
}

function showRedirections(redirections: readonly Redirection[]): string {
  const operators = { read: '<', write: '>', append: '>>', join: '>&' };
  return redirections
    .map(({ stream, kind, target }) => ` ${stream}${operators[kind]}${target}`)
    .join('');
}

function showIf({ not, anyCase, test }: If): string {
  return `if ${anyCase ? '/i ' : ''}${not ? 'not ' : ''}${showTest(test)} `;
}

function showElse({ otherwise }: If, show: (node: Node) => string): string {
  return otherwise ? ` else ${show(otherwise)}` : '';
}

function showTest(test: Test): string {
  return 'what' in test ? `${test.kind} ${test.what}` : `${test.left} ${test.kind} ${test.right}`;
}
