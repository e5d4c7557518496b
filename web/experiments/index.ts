/** dist/neptune-experiment.js: experiments with a running system; exports the class. */
import { type ExperimentEventMap, NeptuneExperiment } from './neptune-experiment.ts';

if (!customElements.get('neptune-experiment'))
  customElements.define('neptune-experiment', NeptuneExperiment);

declare global {
  interface HTMLElementTagNameMap {
    'neptune-experiment': NeptuneExperiment;
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- one more parent, no member
  interface GlobalEventHandlersEventMap extends ExperimentEventMap {}
}

export { NeptuneExperiment };
export type { CheckResult, ExperimentDetail, ExperimentEventMap } from './neptune-experiment.ts';
