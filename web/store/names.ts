/**
 * Names under which disks are kept; people see the label.
 *
 *   freshName(label)   a name that no other kept disk has
 */
export function freshName(label: string): string {
  const random = crypto.getRandomValues(new Uint32Array(2));
  return `${label || 'disk'} ${Array.from(random, (word) => word.toString(36)).join('')}`;
}
