/**
 * What one of these commands was given: one thing by its place, and options.
 *
 *   oneArgument(usage, options)   { given, values }; says what is wrong, and how it is used
 *   refuse(words)                 ends the command: its status is 2
 *
 * `options` are those of node:util's parseArgs.
 */
import { parseArgs } from 'node:util';

export function refuse(words) {
  console.error(words);
  process.exit(2);
}

function parsed(usage, options) {
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    return refuse(`${error.message}\n${usage}`);
  }
}

export function oneArgument(usage, options) {
  const { values, positionals } = parsed(usage, options);
  const [given] = positionals;
  if (positionals.length !== 1 || given === '') refuse(usage);
  return { given, values };
}
