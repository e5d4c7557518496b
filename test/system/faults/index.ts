/** What the harness runs in Node. */
export { baseFile, live } from './run.ts';
export { slideTab } from './tab.ts';
