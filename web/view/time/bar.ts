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

export function timeBar(clock: Clock, desk: Desk): TemplateResult {
  const { state } = clock;
  const unit = (desk.chosen(PAGE) as Unit | undefined) ?? 'entry';
  const act = (work: Promise<unknown>): void => {
    desk.choose('time.error', '');
    work.catch((error: unknown) => desk.choose('time.error', textOf(error)));
  };
  const toggle = (): void => act(state?.paused ? clock.resume() : clock.pause());
  const chooseUnit = (event: Event): void => desk.choose(PAGE, valueOf(event));
  const choosePace = (event: Event): void => act(clock.slow(Number(valueOf(event))));
  return html`<div class="time" role="group" aria-label="Time of the machine">
    <button aria-pressed=${state?.paused ?? false} @click=${toggle}>
      ${state?.paused ? 'Resume' : 'Pause'}
    </button>
    <button ?disabled=${clock.doing !== ''} @click=${() => act(clock.back(unit))}>Back by</button>
    <button ?disabled=${clock.doing !== ''} @click=${() => act(clock.step(unit))}>Step by</button>
    <select aria-label="What a step is" @change=${chooseUnit}>
      ${UNITS.map((one) => html`<option value=${one} ?selected=${one === unit}>${one}</option>`)}
    </select>
    <select aria-label="Pace" @change=${choosePace}>
      ${PACES.map((pace) => {
        const chosen = pace === (state?.slow ?? 1);
        return html`<option value=${pace} ?selected=${chosen}>${paceWords(pace)}</option>`;
      })}
    </select>
    <span role="status">${desk.chosen('time.error') || stateWords(clock)}</span>
    ${state?.paused ? timeLine(clock, state.entry, act) : nothing} ${timeForm(clock, desk, act)}
  </div>`;
}

/** From the first entry to where the machine is held. */
function timeLine(
  clock: Clock,
  end: number,
  act: (work: Promise<unknown>) => void,
): TemplateResult {
  const at = clock.place?.entries ?? end;
  const go = ({ detail: entry }: CustomEvent<number>): void =>
    act(entry >= end ? clock.now() : clock.visit(entry));
  return html`<button ?disabled=${!clock.place} @click=${() => act(clock.now())}>
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
