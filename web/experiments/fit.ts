/**
 * Whether an experiment can be done with the machine as it is.
 *
 *   placeOf(experiment)               the topology that its next boot needs; undefined: any
 *   unfit(experiment, machine, page)  why it cannot be, in words; '': it can
 *
 * A machine that has not booted (topology `auto`) is asked only for what the page cannot give it.
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import type { Topology } from '../host/protocol.ts';
import type { Experiment } from './types.ts';

type Needs = Pick<Experiment, 'topologies' | 'speed'>;
type Machine = Pick<NeptuneOs, 'topology' | 'speed'>;

export function placeOf({ topologies }: Needs): Topology | undefined {
  return topologies.length === 1 ? topologies[0] : undefined;
}

export function unfit(
  needs: Needs,
  { topology, speed }: Machine,
  page: { readonly isolated: boolean },
): string {
  const needed = placeOf(needs);
  if (needed === 'isolated' && !page.isolated)
    return 'This needs the topology "isolated", which this page cannot have: its server would have to send it with the headers COOP and COEP.';
  if (needed && topology !== 'auto' && topology !== needed)
    return `This needs the topology "${needed}". Begin anew has it.`;
  if (needs.speed && topology !== 'auto' && speed !== needs.speed)
    return 'This needs a drive with a real one’s times. Begin anew has it.';
  return '';
}
