/**
 * Structured exception handling, for drivers and clients. Guide: docs/seh.md.
 *
 *   record      what an exception is               raise       raising one; vectored handlers
 *   codes       what the engine throws, as codes   try         guarded bodies
 *   frames      a thread's chain                   probe       ProbeForRead, ProbeForWrite
 *   dispatch    who handles it                     unhandled   what nobody did
 */
export * from './record.ts';
export { ENGINE_CODES } from './codes.ts';
export { createSeh } from './frames.ts';
export type { Exception, Filter, Seh, SehHost, VectoredHandler } from './frames.ts';
export * from './raise.ts';
export * from './try.ts';
export * from './probe.ts';
