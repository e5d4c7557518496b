/** What this system calls itself. */
export const VERSION = 'Neptune Web 0.1.0';
