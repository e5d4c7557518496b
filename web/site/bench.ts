/**
 * A guide's page that is an experiment: the machine and its inside stand beside the steps, and the
 * elements come at once, since the page is for nothing else. They are those that authors load, by
 * their addresses. The disk is the tour, and lasts as long as the page.
 *
 * Where the experiment has a bench for drivers (`data-bench`), that stands there, too; the disk has
 * sources, and `#bench=` shows one of them.
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import type { NeptuneExperiment } from '../experiments/neptune-experiment.ts';
import type { NeptuneBench } from '../workbench/neptune-bench.ts';
import { showSourceOfLink } from './source-link.ts';

const MODULES = ['neptune-os.js', 'neptune-view.js', 'neptune-experiment.js'];
const BENCH = 'neptune-bench.js';
/** What the page names is copied beside the tour. */
const SOURCES = new URL('../../build/disks/driver.img.gz', import.meta.url);

function machineIn(home: string, disk: string): NeptuneOs {
  const machine = document.createElement('neptune-os');
  machine.id = 'machine';
  machine.setAttribute('disk-a', disk);
  // The site, which plays what a link carries; not this page.
  machine.setAttribute('share-base', home);
  // The experiment boots it: it knows in which topology.
  machine.setAttribute('boot', 'manual');
  machine.toggleAttribute('controls', true);
  return machine;
}

function beside<K extends 'neptune-view' | 'neptune-bench'>(name: K): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  element.setAttribute('for', 'machine');
  return element;
}

/** As soon as there is a machine, and whenever a link of the page is pressed. */
function showSources(machine: NeptuneOs, drivers: NeptuneBench): void {
  const show = (): void =>
    showSourceOfLink(machine, async (path) => {
      await drivers.open(path);
      return true;
    });
  addEventListener('hashchange', show);
  show();
}

export async function setUpBench(experiment: HTMLElement, home: string): Promise<void> {
  const bench = document.createElement('div');
  bench.className = 'bench';
  const rig = document.createElement('div');
  rig.className = 'rig';
  experiment.replaceWith(bench);
  const drivers = experiment.hasAttribute('data-bench') ? beside('neptune-bench') : undefined;
  const tour = new URL('disks/tour.img.gz', home);
  const machine = machineIn(home, (drivers ? SOURCES : tour).href);
  rig.append(machine, ...(drivers ? [drivers] : []), beside('neptune-view'));
  bench.append(experiment, rig);
  document.body.classList.add('experiment');
  const modules = drivers ? [...MODULES, BENCH] : MODULES;
  try {
    await Promise.all(modules.map((name) => import(/* @vite-ignore */ new URL(name, home).href)));
    await (experiment as NeptuneExperiment).begin();
    if (drivers) showSources(machine, drivers);
  } catch (error) {
    const line = document.createElement('p');
    line.setAttribute('role', 'alert');
    line.textContent = `The experiment could not begin: ${error instanceof Error ? error.message : String(error)}`;
    bench.before(line);
  }
}
