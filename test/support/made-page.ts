/**
 * Tables of the guide that tests make.
 *
 *   assertMade(page, table, head, rows)   fails where the guide's table is another one
 *
 * With NEPTUNE_MADE_PAGES=write the table is written instead (scripts/wtr-commands.mjs).
 */
import { executeServerCommand } from '@web/test-runner-commands';
import { assert } from 'chai';

export async function assertMade(
  page: string,
  table: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<void> {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const text = [head, head.map(() => '---'), ...rows].map(line).join('');
  const payload = { page, table, text };
  const found = await executeServerCommand<{ text: string }, typeof payload>('made-page', payload);
  assert.equal(found.text.trim(), text.trim());
}
