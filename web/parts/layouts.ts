/**
 * What finds places for the boxes of a graph (elkjs), a module of its own that is loaded when the
 * first map is drawn: web/view/layout.ts loads it.
 */
export { default as Elk } from 'elkjs/lib/elk.bundled.js';
