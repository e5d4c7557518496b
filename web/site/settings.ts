/**
 * How a link wants the machine to run.
 *
 *   applySettings(machine, link)   before the machine is defined; what cannot be had is one more of
 *                                  the link's errors
 *
 * What only some pages can have is no reason for a link not to start: the machine runs as it can
 * then. Who asks for it in the query wants that and nothing else, and the boot says why not.
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import type { OpenedLink } from '../store/types.ts';

export function applySettings(machine: NeptuneOs, { settings, errors }: OpenedLink): void {
  const { speed, topology } = settings;
  if (speed) machine.speed = speed;
  if (!topology) return;
  const asked = new URLSearchParams(location.search).get('topology') === topology;
  if (asked || topology !== 'isolated' || crossOriginIsolated)
    machine.setAttribute('topology', topology);
  else errors.push('This link asks for processors of their own, which this page is not given yet.');
}
