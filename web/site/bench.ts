/**
 * A guide's page that is an experiment: the machine and its inside stand beside the steps, and the
 * elements come at once, since the page is for nothing else. They are those that authors load, by
 * their addresses. The disk is the tour, and lasts as long as the page.
 */
import type { NeptuneExperiment } from '../experiments/neptune-experiment.ts';

const MODULES = ['neptune-os.js', 'neptune-view.js', 'neptune-experiment.js'];

function machineIn(home: string): HTMLElement {
  const machine = document.createElement('neptune-os');
  machine.id = 'machine';
  machine.setAttribute('disk-a', new URL('disks/tour.img.gz', home).href);
  // The site, which plays what a link carries; not this page.
  machine.setAttribute('share-base', home);
  // The experiment boots it: it knows in which topology.
  machine.setAttribute('boot', 'manual');
  machine.toggleAttribute('controls', true);
  return machine;
}

function viewOf(): HTMLElement {
  const view = document.createElement('neptune-view');
  view.setAttribute('for', 'machine');
  return view;
}

export async function setUpBench(experiment: HTMLElement, home: string): Promise<void> {
  const bench = document.createElement('div');
  bench.className = 'bench';
  const rig = document.createElement('div');
  rig.className = 'rig';
  experiment.replaceWith(bench);
  rig.append(machineIn(home), viewOf());
  bench.append(experiment, rig);
  document.body.classList.add('experiment');
  try {
    await Promise.all(MODULES.map((name) => import(/* @vite-ignore */ new URL(name, home).href)));
    await (experiment as NeptuneExperiment).begin();
  } catch (error) {
    const line = document.createElement('p');
    line.setAttribute('role', 'alert');
    line.textContent = `The experiment could not begin: ${error instanceof Error ? error.message : String(error)}`;
    bench.before(line);
  }
}
