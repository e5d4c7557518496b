/**
 * Memory: RAM as a bar by owner and a grid of frames, kernel memory by type, untypeds and what was
 * made of them.
 *
 * The grid is a drawing of rectangles, one for each stretch of frames that are alike: kinds differ
 * by pattern, too, and the table says the same in numbers.
 */
import { html, svg, type TemplateResult } from 'lit';
import {
  FRAME_KINDS,
  type FrameGroup,
  type FrameKind,
  type FrameRun,
  type MemoryData,
  type UntypedRow,
} from '../data/memory.ts';
import type { Desk } from '../desk.ts';
import { table } from '../table.ts';
import { hex } from '../words.ts';

const PAGE = 'memory';
const WORDS: Readonly<Record<FrameKind, string>> = {
  untyped: 'untyped: no frame yet',
  device: "a device's own",
  transfer: 'under a transfer, or lent for one',
  cache: 'the cache',
  shared: 'mapped in more than one process',
  process: 'a process',
  free: 'free',
  executive: 'the Executive',
};
/** Frames in a row of the grid: 512 KiB. */
const ACROSS = 128;
const CELL = 5;

const number = (value: number): string => value.toLocaleString('en-US');
const sizeOf = (frames: number): string => `${number(frames * 4)} KiB`;

/** A stretch of frames, cut where rows of the grid end. */
function cellsOf({ first, count, kind, owner }: FrameRun): unknown[] {
  const cells: unknown[] = [];
  for (let at = first; at < first + count;) {
    const length = Math.min(first + count - at, ACROSS - (at % ACROSS));
    cells.push(
      svg`<rect class="frame ${kind}" x=${(at % ACROSS) * CELL} y=${Math.floor(at / ACROSS) * CELL}
        width=${length * CELL} height=${CELL}><title>${`${WORDS[kind]} ${owner}`}</title></rect>`,
    );
    at += length;
  }
  return cells;
}

/** Lines between the frames: a pattern over all of them. */
function grid({ frames, runs }: MemoryData): TemplateResult {
  const rows = Math.ceil(frames / ACROSS);
  return html`<div class="scroll">
    <svg
      class="frames"
      viewBox="0 0 ${ACROSS * CELL} ${rows * CELL}"
      role="img"
      aria-label="Frames of RAM by owner, ${ACROSS} in a row: the table has the same"
    >
      ${runs.map(cellsOf)}
    </svg>
  </div>`;
}

function bar(groups: readonly FrameGroup[], frames: number): TemplateResult {
  let at = 0;
  const parts = FRAME_KINDS.map((kind) => {
    const count = groups
      .filter((group) => group.kind === kind)
      .reduce((sum, group) => sum + group.frames, 0);
    const x = at;
    at += count;
    return { kind, count, x };
  }).filter(({ count }) => count > 0);
  const legend = parts.map(
    ({ kind, count }) =>
      html`<li>
        <svg class="key" viewBox="0 0 10 10" aria-hidden="true">
          <rect class="frame ${kind}" width="10" height="10" />
        </svg>
        ${WORDS[kind]}: ${sizeOf(count)}
      </li>`,
  );
  return html`<svg
      class="ram"
      viewBox="0 0 ${frames} 100"
      preserveAspectRatio="none"
      role="img"
      aria-label="RAM by owner"
    >
      ${parts.map(
        ({ kind, count, x }) =>
          svg`<rect class="frame ${kind}" x=${x} width=${count} height="100"></rect>`,
      )}
    </svg>
    <ul class="legend">
      ${legend}
    </ul>`;
}

export function memoryPage(data: MemoryData, desk: Desk): TemplateResult {
  const { frames, free, groups, kernel, untypeds, differences } = data;
  return html`<p>
      ${number(frames)} frames of 4 KiB, ${number(free)} of them free. Who has one mapped is what
      the page tables say; the rest the Executive says.
    </p>
    ${bar(groups, frames)} ${differences.map((words) => html`<p class="differs">${words}</p>`)}
    ${table(desk, {
      page: PAGE,
      label: 'RAM by owner',
      rows: groups,
      key: ({ kind, owner }) => `${kind} ${owner}`,
      columns: [
        { title: 'Used for', cell: ({ kind }) => WORDS[kind] },
        { title: 'Owner', cell: ({ owner }) => owner },
        { title: 'Frames', number: true, cell: (row: FrameGroup) => number(row.frames) },
        { title: 'Size', number: true, cell: (row: FrameGroup) => sizeOf(row.frames) },
      ],
    })}
    <h2>Frame by frame</h2>
    ${grid(data)}
    <h2>Kernel memory <span>${number(kernel.bytes)} bytes</span></h2>
    ${table(desk, {
      page: 'memory types',
      label: 'Kernel memory by type',
      rows: kernel.types,
      key: ({ type }) => type,
      columns: [
        { title: 'Type', cell: ({ type }) => type },
        { title: 'Objects', number: true, cell: ({ count }) => number(count) },
        { title: 'Bytes', number: true, cell: ({ bytes }) => number(bytes) },
      ],
    })}
    <h2>Untypeds, and what was made of them</h2>
    ${table(desk, {
      page: 'memory untypeds',
      label: 'Untypeds',
      rows: untypeds,
      key: ({ slot }) => String(slot),
      depth: ({ depth }: UntypedRow) => depth,
      columns: [
        { title: 'At', cell: ({ at }) => hex(at) },
        { title: 'Bytes', number: true, cell: ({ bytes }) => number(bytes) },
        { title: 'Handed out', number: true, cell: ({ used }) => number(used) },
        { title: 'Of', cell: ({ ram }: UntypedRow) => (ram ? 'RAM' : 'kernel memory') },
        { title: 'For', cell: ({ owner }) => owner },
        { title: 'Made of it', cell: ({ made }) => made },
      ],
    })}`;
}
