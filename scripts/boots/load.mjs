/**
 * Artificial load: threads that compute, each for a while and then not, so that what waits for a
 * core is held up at other places each time.
 *
 *   const load = startLoad(threads)
 *   load.use({ busyMs, restMs })    from now on
 *   await load.stop()
 */
import { Worker } from 'node:worker_threads';

const SPINNER = `
const { parentPort } = require('node:worker_threads');
let busy = 0, rest = 20;
parentPort.on('message', (use) => { busy = use.busyMs; rest = use.restMs; });
(function turn() {
  for (const end = performance.now() + busy; performance.now() < end;);
  setTimeout(turn, rest);
})();`;

export function startLoad(threads) {
  const spinners = Array.from({ length: threads }, () => new Worker(SPINNER, { eval: true }));
  return {
    use: (how) => spinners.forEach((spinner) => spinner.postMessage(how)),
    stop: () => Promise.all(spinners.map((spinner) => spinner.terminate())),
  };
}
