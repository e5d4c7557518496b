/**
 * Ctrl-C was typed: whatever runs ends here.
 *
 * It is no NTSTATUS, so that nobody on the way takes it for the failure of an operation.
 */
export class Interrupted extends Error {}
