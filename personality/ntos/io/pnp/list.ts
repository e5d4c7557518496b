/** The devices that the Plug and Play manager knows, for whoever asks. */
import { statusName } from '../../../rtl/statustext.ts';
import type { IoContext } from '../context.ts';

export function listDevices(io: IoContext): object[] {
  return [...io.pnp.nodes.values()].map((node) => ({
    instance: node.instance,
    parent: node.parent?.instance,
    service: node.service,
    state: node.state,
    problem: node.problem === 0 ? undefined : statusName(node.problem),
    power: `D${node.power - 1}`,
    capabilities: node.capabilities,
    interfaces: [...node.interfaces].filter(({ object }) => object).map(({ link }) => link),
    resources: node.hardware,
  }));
}
