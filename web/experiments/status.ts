/** The NTSTATUS that an error of the system has; 0 for another error. */
export const statusOf = (error: unknown): number =>
  Number((error as { status?: unknown } | undefined)?.status ?? 0);
