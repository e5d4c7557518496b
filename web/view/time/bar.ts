/**
 * The buttons that hold a machine's time, and what is so now.
 *
 *   timeBar(clock, desk)
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../desk.ts';
import { textOf } from '../words.ts';
import { type Clock, PACES } from './clock.ts';
import { timeForm } from './form.ts';
import './time-line.ts';
import { type Unit, UNITS } from './questions.ts';

const PAGE = 'time';
/** Where processors run at the same time, and nothing is recorded. */
const UNHELD: readonly Unit[] = ['entry', 'message'];

export function timeBar(clock: Clock, desk: Desk): TemplateResult {
  const { state, isRecorded } = clock;
  const units = isRecorded ? UNITS : UNHELD;
  const unit = (desk.chosen(PAGE) as Unit | undefined) ?? 'entry';
  const act = (work: Promise<unknown>): void => {
    desk.choose('time.error', '');
    work.catch((error: unknown) => desk.choose('time.error', textOf(error)));
  };
  const isBusy = clock.doing !== '';
  // A button that is disabled lets go of the focus: whoever steps by keys steps again.
  const unlessBusy = (work: () => Promise<unknown>) => (): void => {
    if (!isBusy) act(work());
  };
  const toggle = (): void => act(state?.paused ? clock.resume() : clock.pause());
  const chooseUnit = (event: Event): void => desk.choose(PAGE, valueOf(event));
  return html`<div class="time" role="group" aria-label="Time of the machine">
    <button aria-pressed=${state?.paused ?? false} @click=${toggle}>
      ${state?.paused ? 'Resume' : 'Pause'}
    </button>
    ${
      isRecorded
        ? html`<button aria-disabled=${isBusy} @click=${unlessBusy(() => clock.back(unit))}>
            Back by
          </button>`
        : nothing
    }
    <button aria-disabled=${isBusy} @click=${unlessBusy(() => clock.step(unit))}>Step by</button>
    <select aria-label="What a step is" @change=${chooseUnit}>
      ${units.map((one) => html`<option value=${one} ?selected=${one === unit}>${one}</option>`)}
    </select>
    ${isRecorded ? paces(state?.slow ?? 1, act, clock) : nothing}
    <span role="status">${desk.chosen('time.error') || stateWords(clock)}</span>
    ${state?.paused && isRecorded ? timeLine(clock, state.entry, act) : nothing}
    ${isRecorded ? timeForm(clock, desk, act) : nothing}
  </div>`;
}

type Act = (work: Promise<unknown>) => void;

function paces(slow: number, act: Act, clock: Clock): TemplateResult {
  const choose = (event: Event): void => act(clock.slow(Number(valueOf(event))));
  return html`<select aria-label="Pace" @change=${choose}>
    ${PACES.map(
      (pace) => html`<option value=${pace} ?selected=${pace === slow}>${paceWords(pace)}</option>`,
    )}
  </select>`;
}

/** From the first entry to where the machine is held. */
function timeLine(clock: Clock, end: number, act: Act): TemplateResult {
  const at = clock.place?.entries ?? end;
  const go = ({ detail: entry }: CustomEvent<number>): void =>
    act(entry >= end ? clock.now() : clock.visit(entry));
  const isNow = !clock.place;
  return html`<button aria-disabled=${isNow} @click=${() => isNow || act(clock.now())}>
      Back to now
    </button>
    <neptune-time-line
      .ticks=${clock.ticks}
      .end=${end}
      .at=${at}
      @time-go=${go}
    ></neptune-time-line>`;
}

const valueOf = (event: Event): string => (event.target as HTMLSelectElement).value;

const number = (value: number): string => value.toLocaleString('en-US');

const paceWords = (pace: number): string =>
  pace === 1 ? 'its own pace' : `${number(pace)} times slower`;

export function stateWords({ state, place, doing }: Clock): string {
  if (doing !== '') return doing;
  if (place)
    return `Shows entry ${number(place.entries)}; paused at entry ${number(state?.entry ?? 0)}`;
  if (state?.paused) return `Paused at entry ${number(state.entry)}`;
  return state && state.slow > 1 ? `Runs ${paceWords(state.slow)}` : '';
}
