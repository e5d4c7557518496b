/**
 * Structured exception handling as a native program has it: `process.seh` is where its chains of
 * frames begin. Guide: docs/seh.md.
 */
export * from '../rtl/seh/index.ts';
