/** dist/neptune-bench.js: a bench for drivers beside a machine; exports the class. */
import { NeptuneBench } from './neptune-bench.ts';

if (!customElements.get('neptune-bench')) customElements.define('neptune-bench', NeptuneBench);

declare global {
  interface HTMLElementTagNameMap {
    'neptune-bench': NeptuneBench;
  }
}

export { NeptuneBench };
