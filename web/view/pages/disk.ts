/**
 * The disk in a drive: drawn round or as rows, the head and its way, what was had lately; of the
 * chosen sector its file and its bytes.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { SectorInfo } from '../../element/types.ts';
import { ownerWords, sectorWords, summary } from '../../files/map/words.ts';
import { type DiskData, type DriveDisk, keyOf, LETTERS, nameOf } from '../data/disk.ts';
import type { Desk } from '../desk.ts';
import { hadWords } from '../disk/drawn-disk.ts';
import { facts, table } from '../table.ts';

const PAGE = 'disk';
const SECTOR = 'sector';
const SHAPES = [
  ['round', 'Round'],
  ['rows', 'Rows'],
] as const;
/** Rows of the list of what was had. */
const LISTED = 40;

export function diskPage({ drives, chosen }: DiskData, desk: Desk): TemplateResult {
  if (drives.length === 0) return html`<p role="status">The machine is being looked at…</p>`;
  const wanted = desk.chosen(PAGE);
  const disk = drives.find(({ drive }) => drive === wanted) ?? drives[0]!;
  const shape = desk.chosen('disk shape') === 'rows' ? 'rows' : 'round';
  const number = LETTERS.findIndex((letter) => letter === disk.drive);
  const own = chosen?.drive === number ? chosen : undefined;
  const choose = ({ detail }: CustomEvent<SectorInfo>): void => {
    const { cylinder, head, id } = detail;
    desk.choose(SECTOR, nameOf({ drive: number, cylinder, head, id }));
  };
  const drawing =
    disk.sectors.length === 0
      ? html`<p role="status">${disk.error || 'The disk is being looked at…'}</p>`
      : html`<p role="status">${summary(disk.sectors)} ${headWords(disk)}</p>
          <neptune-drawn-disk
            .disk=${disk}
            .shape=${shape}
            .chosen=${own && keyOf(own)}
            @drawn-sector=${choose}
          ></neptune-drawn-disk>
          ${legend()}`;
  return html`<div class="bar">
      ${drives.map(({ drive }) => switchOf(desk, PAGE, drive, `Disk in ${drive}`, drive === disk.drive))}
      <span class="rule" aria-hidden="true"></span>
      ${SHAPES.map(([name, title]) => switchOf(desk, 'disk shape', name, title, name === shape))}
    </div>
    ${drawing} ${own ? bytesOf(disk, own) : nothing}
    <div class="detail">${driveFacts(disk)}</div>
    ${hadTable(disk, desk, number)}`;
}

function switchOf(desk: Desk, page: string, what: string, title: string, pressed: boolean) {
  return html`<button aria-pressed=${pressed} @click=${() => desk.choose(page, what)}>
    ${title}
  </button>`;
}

function headWords({ cylinder, track, head, way, medium }: DriveDisk): string {
  if (medium === '') return '';
  const last = way.at(-1);
  const came = last
    ? `, and came from ${last.from} in ${last.pulses} ${last.pulses === 1 ? 'step' : 'steps'}`
    : '';
  const on = track === undefined ? 'between two tracks' : `on cylinder ${track}, side ${head}`;
  return `The head is ${track === cylinder || track === undefined ? on : `${on} (its ${cylinder})`}${came}.`;
}

/** What the map does not have: kinds of sectors are told by pointing at one, and by the table. */
function legend(): TemplateResult {
  return html`<ul class="legend" aria-label="What the colours mean">
    <li><i class="cell ink-read"></i> read, paler the longer ago</li>
    <li><i class="cell ink-written"></i> written</li>
    <li><i class="cell ink-bad"></i> bad, or was not had well</li>
    <li><i class="cell ink-system"></i> system area</li>
    <li><i class="cell ink-directory"></i> directory</li>
    <li><i class="cell ink-file0"></i><i class="cell ink-file2"></i> files, in turns</li>
    <li><i class="cell ink-free"></i> free</li>
  </ul>`;
}

const yes = (is: boolean): string => (is ? 'yes' : 'no');

function driveFacts(disk: DriveDisk): TemplateResult {
  const { drive, type, medium, motor, turns, changed, steps, reads, writes } = disk;
  return facts(`Drive ${drive}`, [
    ['Type', type],
    ['Disk', medium || 'none'],
    ['Motor', motor ? (turns ? 'on, up to speed' : 'on') : 'off'],
    ['Write-protected', yes(disk.protected)],
    ['Change line', yes(changed)],
    ['Steps', steps],
    ['Sectors read', reads],
    ['Sectors written', writes],
  ]);
}

const hexByte = (value: number): string => value.toString(16).padStart(2, '0');
const ROW = 16;
const PRINTED = /[\x20-\x7e]/;

function bytesOf(disk: DriveDisk, chosen: NonNullable<DiskData['chosen']>): TemplateResult {
  const { bytes } = chosen;
  const sector = disk.sectors.find((one) => keyOf(one) === keyOf(chosen));
  const rows = Array.from({ length: Math.ceil(bytes.length / ROW) }, (_, at) => {
    const row = bytes.slice(at * ROW, at * ROW + ROW);
    const text = row.map((value) => {
      const letter = String.fromCharCode(value);
      return PRINTED.test(letter) ? letter : '.';
    });
    const place = (at * ROW).toString(16).padStart(4, '0');
    return `${place}  ${row
      .map(hexByte)
      .join(' ')
      .padEnd(ROW * 3 - 1)}  ${text.join('')}`;
  });
  return html`<h2>
      Sector ${chosen.id}, cylinder ${chosen.cylinder}, side ${chosen.head}
      <span>${sector ? ownerWords(sector) : ''}</span>
    </h2>
    ${sector ? html`<p>${sectorWords(sector)}</p>` : nothing}
    <pre class="scroll" tabindex="0" aria-label="Bytes of the sector">${rows.join('\n')}</pre>`;
}

interface HadRow {
  readonly sector: SectorInfo;
  readonly had: DriveDisk['had'][string];
}

function hadTable(disk: DriveDisk, desk: Desk, number: number): TemplateResult {
  const rows: HadRow[] = disk.sectors
    .flatMap((sector) => {
      const had = disk.had[keyOf(sector)];
      return had ? [{ sector, had }] : [];
    })
    .sort((a, b) => a.had.ago - b.had.ago)
    .slice(0, LISTED);
  if (rows.length === 0)
    return html`<p class="muted">No sector was read or written since the view was opened.</p>`;
  return html`<h2>What was had last</h2>
    ${table(desk, {
      page: SECTOR,
      label: 'Sectors that were had last',
      rows,
      key: ({ sector }) => nameOf({ drive: number, ...placeIn(sector) }),
      columns: [
        { title: 'Cylinder', number: true, cell: ({ sector }) => sector.cylinder },
        { title: 'Side', number: true, cell: ({ sector }) => sector.head },
        { title: 'Sector', number: true, cell: ({ sector }) => sector.id },
        { title: 'Belongs to', cell: ({ sector }) => ownerWords(sector) },
        { title: 'What', cell: ({ had }) => hadWords(had) },
      ],
    })}`;
}

const placeIn = ({ cylinder, head, id }: SectorInfo) => ({ cylinder, head, id });
