/** Instead of personality/sel4/room.ts: a model's stack has room. */
export const room = (_more: number): void => undefined;
