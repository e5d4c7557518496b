/** Without what a line carries and no eye sees (ntcmd/marks.ts), also one that is cut. */
export const withoutMarks = (text: string): string =>
  text.replace(/\x1b\](?:[^\x07]*\x07|[^\x07]*$)/g, '');
