/**
 * dist/neptune-os.js, and what the package exports: defines `<neptune-os>`, and exports its class
 * and what it throws.
 */
import './define.ts';

export { NeptuneOs } from './neptune-os.ts';
export { SystemError } from '../host/system.ts';
export { ImageError, ShareError, StoreError } from '../store/errors.ts';
export type { DriveEntry, ExecResult, FileEntry, VolumeEntry } from '../host/agent-protocol.ts';
export type * from './add-options.ts';
export type { AttributeChange } from './attributes.ts';
export type { ReplaceOptions } from './system-calls.ts';
export type { FormatOptions } from './format-line.ts';
export type * from './kept.ts';
export type * from './types.ts';
