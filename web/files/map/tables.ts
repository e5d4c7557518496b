/** The map as tables: what is not good, files, tracks. Nothing here needs the drawing. */
import { html, nothing, type TemplateResult } from 'lit';
import type { SectorInfo } from '../../element/types.ts';
import { isTrouble } from './kinds.ts';
import {
  filesOf,
  idWords,
  ownerWords,
  recordingWords,
  runsOf,
  stateWords,
  tracksOf,
} from './words.ts';

export interface TablesView {
  readonly sectors: readonly SectorInfo[];
  /** The file that is marked in the drawing. */
  readonly file: string | undefined;
  choose(file: string | undefined): void;
}

const MOST_ROWS = 500;

export function tables(view: TablesView): TemplateResult {
  const trouble = view.sectors.filter(isTrouble);
  return html`${trouble.length > 0 ? troubleTable(trouble) : nothing} ${fileTable(view)}
  ${trackTable(view.sectors)}`;
}

function folded(
  summary: string,
  label: string,
  head: readonly string[],
  rows: readonly TemplateResult[],
): TemplateResult {
  const more = rows.length - MOST_ROWS;
  return html`<details>
    <summary>${summary}</summary>
    <div class="scroll" tabindex="0" role="group" aria-label=${label}>
      <table>
        <thead>
          <tr>
            ${head.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, MOST_ROWS)}
        </tbody>
      </table>
      ${more > 0 ? html`<p>${more} more are not shown.</p>` : nothing}
    </div>
  </details>`;
}

function troubleTable(trouble: readonly SectorInfo[]): TemplateResult {
  const head = ['Cylinder', 'Side', 'Sector', 'State', 'Belongs to'];
  const rows = trouble.map(
    (sector) =>
      html`<tr>
        <td class="number">${sector.cylinder}</td>
        <td class="number">${sector.head}</td>
        <td class="number">${idWords(sector.id)}</td>
        <td>${stateWords(sector)}</td>
        <td class="names">${ownerWords(sector)}</td>
      </tr>`,
  );
  const words = trouble.length === 1 ? '1 sector is' : `${trouble.length} sectors are`;
  return folded(`${words} not good`, 'Sectors that are not good', head, rows);
}

function fileTable({ sectors, file, choose }: TablesView): TemplateResult | typeof nothing {
  const files = filesOf(sectors);
  if (files.length === 0) return nothing;
  const rows = files.map((row) => {
    const pressed = row.file === file;
    const press = (): void => choose(pressed ? undefined : row.file);
    return html`<tr>
      <td class="names"><button aria-pressed=${pressed} @click=${press}>${row.file}</button></td>
      <td>${row.directory ? 'directory' : 'file'}</td>
      <td class="number">${row.sectors}</td>
      <td class="number">${row.trouble > 0 ? row.trouble : 'none'}</td>
    </tr>`;
  });
  const head = ['Name (press to mark it)', 'Kind', 'Sectors', 'Not good'];
  const words =
    files.length === 1 ? '1 file or directory' : `${files.length} files and directories`;
  return folded(words, 'Files and directories', head, rows);
}

function trackTable(sectors: readonly SectorInfo[]): TemplateResult {
  const tracks = tracksOf(sectors);
  const rows = tracks.map((track) => {
    const [first] = track;
    return html`<tr>
      <td class="number">${first!.cylinder}</td>
      <td class="number">${first!.head}</td>
      <td>${recordingWords(first!)}</td>
      <td class="names">${runsOf(track)}</td>
    </tr>`;
  });
  const head = ['Cylinder', 'Side', 'Recording', 'Sectors'];
  return folded('The whole map as a table', 'Tracks and their sectors', head, rows);
}
