/**
 * What is on its way, for people: the system's own code, and disks.
 *
 *   progressView(loading, drives)   a line and a bar for each; nothing where nothing is awaited.
 *                                   Disks come after the system, and are shown after it
 *   bar(words, progress)            the bar; one without a total moves by itself
 *
 * Screen readers are told what comes, once; the numbers are the bars' own, to be looked up.
 *
 * @csspart progress   what a slow line waits for
 */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { amount, type Progress } from '../host/progress.ts';
import type { DriveView } from './types.ts';

interface Thing extends Progress {
  readonly what: string;
  readonly words: string;
}

/** `loading`: what is here of the code; undefined when the system has something to say itself. */
export function progressView(
  loading: Progress | undefined,
  drives: readonly DriveView[],
): TemplateResult {
  const disks = drives.flatMap(({ drive, coming }) =>
    coming ? [{ ...coming, what: drive, words: wordsOf(coming.name, drive) }] : [],
  );
  const things = loading ? [system(loading)] : disks;
  const rows = repeat(things, ({ what }) => what, row);
  return html`<div id="progress" part="progress" role="status">${rows}</div>`;
}

function wordsOf(name: string, drive: string): string {
  return `${name || 'A disk'} is on its way to ${drive}`;
}

function system({ done, total }: Progress): Thing {
  if (total === 0 || done < total)
    return { what: 'system', words: 'Loading the system', done, total };
  return { what: 'system', words: 'Starting the system', done: 0, total: 0 };
}

function row(thing: Thing): TemplateResult {
  const { what, words } = thing;
  return html`<div class="coming" data-what=${what}>
    <span>${words}</span> <span class="size" aria-hidden="true">${amount(thing)}</span>
    ${bar(words, thing)}
  </div>`;
}

export function bar(words: string, { done, total }: Progress): TemplateResult {
  const known = total > 0;
  return html`<progress
    aria-label=${words}
    max=${known ? total : nothing}
    value=${known ? done : nothing}
  ></progress>`;
}
