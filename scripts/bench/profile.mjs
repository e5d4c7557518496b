/**
 * A CPU profile of the DevTools protocol, as text: who the time went to.
 *
 *   profileText(profile, most?)   self time by function, largest first, in percent of what
 *                                was not idle
 */
const IDLE = new Set(['(idle)', '(root)', '(program)']);

export function profileText({ nodes, samples, timeDeltas }, most = 40) {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const self = new Map();
  let total = 0;
  samples.forEach((id, index) => {
    const { functionName, url, lineNumber, columnNumber } = byId.get(id);
    if (IDLE.has(functionName)) return;
    const file = url.replace(/^.*\//, '') || 'engine';
    const key = `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}:${columnNumber + 1}`;
    const micros = timeDeltas[index] ?? 0;
    total += micros;
    self.set(key, (self.get(key) ?? 0) + micros);
  });
  return [...self]
    .sort(([, one], [, other]) => other - one)
    .slice(0, most)
    .map(([key, micros]) => `${((100 * micros) / total).toFixed(1).padStart(5)} %  ${key}\n`)
    .join('');
}
