/**
 * Views of a connection: sections that both of its sides have mapped, for what is longer than a
 * message.
 *
 * The client gives a section with its request (PORT_VIEW), the server one with its answer. Each is
 * mapped for reading and writing in the process that gives it and, where the other side wants it
 * (REMOTE_PORT_VIEW), in that one's: the same frames. A view belongs to the port of its side, and
 * goes with that; or before, if its process unmaps it or ends. Each process pays for its own views.
 *
 *   giveSection(lpc, process, given)       the section that a side gives, referenced; or a status
 *   mapPortView(lpc, process, gift)        that section in a process
 *   mapForBoth(lpc, client, server)        all views of a connection being accepted, or none
 *   unmapPortViews(lpc, views)
 */
import * as memory from '../../rtl/memory.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { badView, mapView, type Section, sectionType, unmapView, viewAt } from '../mm/section.ts';
import type { Vad } from '../mm/vad.ts';
import type { Process } from '../ps/types.ts';
import type { Lpc } from './lpc.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const BOTH = memory.SECTION_MAP_READ | memory.SECTION_MAP_WRITE;

export interface GivenSection {
  /** A handle; 0: none is given. */
  readonly section: number;
  readonly offset?: number | undefined;
  /** 0: to the end of the section. */
  readonly viewSize?: number | undefined;
}

/** What a side learns of views: of its own section, and of the other's. */
export interface ViewAnswer {
  readonly viewBase?: number;
  readonly viewSize?: number;
  readonly viewRemoteBase?: number;
  readonly otherBase?: number;
  readonly otherSize?: number;
}

export interface Gift {
  readonly section: Section;
  readonly offset: number;
  readonly length: number;
}

export interface PortView {
  readonly process: Process;
  readonly vad: Vad;
  readonly address: number;
  readonly length: number;
}

function inputOf({ offset, length }: Omit<Gift, 'section'>) {
  const { ViewUnmap: inherit, PAGE_READWRITE: protect } = memory;
  return { address: 0, zeroBits: 0, offset, length, inherit, type: 0, protect };
}

/** The caller dereferences the section when it is done. */
export function giveSection(
  { needs: { ob } }: Lpc,
  process: Process,
  { section: handle, offset = 0, viewSize = 0 }: GivenSection,
): { status: number; gift?: Gift } {
  if (handle === 0) return { status: SUCCESS };
  const { status, object } = ob.referenceByHandle(process, handle, sectionType, BOTH);
  if (!object) return { status };
  const section = object as Section;
  const length = viewSize === 0 ? section.backing.size - offset : viewSize;
  const bad = badView(inputOf({ offset, length }));
  if (bad !== SUCCESS) return { status: bad };
  ob.reference(section);
  return { status, gift: { section, offset, length } };
}

export async function mapPortView(
  { needs }: Lpc,
  process: Process,
  gift: Gift,
): Promise<{ status: number; view?: PortView }> {
  const {
    status,
    address = 0,
    length = 0,
  } = await mapView(needs, process, gift.section, inputOf(gift));
  const vad = status === SUCCESS ? viewAt(process, address) : undefined;
  return vad ? { status, view: { process, vad, address, length } } : { status };
}

export function seen(view: PortView | undefined): ViewAnswer {
  return view ? { viewBase: view.address, viewSize: view.length } : {};
}

/** A view whose process has unmapped it is not there any more, whatever is at its address now. */
export function unmapPortViews(
  { needs: { mm } }: Lpc,
  views: readonly (PortView | undefined)[],
): void {
  for (const view of views) {
    if (!view || view.process.state === 'ended') continue;
    const { process, vad, address } = view;
    if (viewAt(process, address) === vad) unmapView(mm, process, address);
  }
}

export interface Side {
  readonly process: Process;
  readonly gift: Gift | undefined;
  /** It wants to see what the other side gives. */
  readonly looks: boolean;
}

export interface JointViews {
  /** Of the server's section, in its process and in the client's. */
  readonly own?: PortView | undefined;
  readonly ownThere?: PortView | undefined;
  /** Of the client's section, in the server's process. */
  readonly others?: PortView | undefined;
}

/** The client has mapped its own section already. */
export async function mapForBoth(
  lpc: Lpc,
  client: Side,
  server: Side,
): Promise<JointViews & { status: number }> {
  const wanted = {
    own: server.gift && { process: server.process, gift: server.gift },
    ownThere:
      server.gift && client.looks ? { process: client.process, gift: server.gift } : undefined,
    others:
      client.gift && server.looks ? { process: server.process, gift: client.gift } : undefined,
  };
  const views: Partial<Record<keyof JointViews, PortView>> = {};
  for (const name of ['own', 'ownThere', 'others'] as const) {
    const each = wanted[name];
    if (!each) continue;
    const { status, view } = await mapPortView(lpc, each.process, each.gift);
    if (!view) {
      unmapPortViews(lpc, Object.values(views));
      return { status };
    }
    views[name] = view;
  }
  return { status: SUCCESS, ...views };
}
