/**
 * What draws curves of many points (uPlot), a module of its own that is loaded when the first
 * plot is drawn: web/view/plot.ts loads it.
 */
export { default as Plot } from 'uplot';
