/** The bar over the list: drives, the way to the folder that is shown, and what is done most. */
import { html, type TemplateResult } from 'lit';
import { canGoUp, type Desk } from './actions.ts';
import { icon } from './icons.ts';
import { rootOf, trail } from './paths.ts';
import { shown } from './words.ts';
import { newFolder } from './changes.ts';

export interface BarActions {
  more(button: HTMLElement): void;
}

export function bar(desk: Desk, drives: readonly string[], actions: BarActions): TemplateResult {
  const { folder } = desk;
  const go = (path: string) => (): void => desk.act(() => folder.go(path));
  const isShown = folder.state === 'shown';
  return html`<div id="bar" part="bar">
    <div class="group" role="group" aria-label="Drives">
      ${drives.map(
        (drive) =>
          html`<button
            type="button"
            class="drive"
            data-drive=${drive}
            aria-pressed=${drive === folder.drive}
            aria-label="Drive ${drive}"
            @click=${go(rootOf(drive))}
          >
            ${drive}
          </button>`,
      )}
    </div>
    <div class="group">
      <button
        type="button"
        aria-label="Back"
        title="Back (Alt+←)"
        aria-disabled=${!folder.canGoBack}
        @click=${() => desk.act(() => folder.back())}
      >
        ${icon('back')}
      </button>
      <button
        type="button"
        aria-label="Up"
        title="Up (Backspace)"
        aria-disabled=${!canGoUp(desk)}
        @click=${() => desk.act(() => folder.up())}
      >
        ${icon('up')}
      </button>
    </div>
    ${way(desk)}
    <div class="group end">
      <button type="button" ?disabled=${!isShown} @click=${() => desk.choose(false)}>
        Add files
      </button>
      <button
        type="button"
        class="wide"
        ?disabled=${!isShown}
        @click=${() => desk.act(() => newFolder(desk))}
      >
        New folder
      </button>
      <button
        type="button"
        aria-haspopup="menu"
        @click=${(event: Event) => actions.more(event.currentTarget as HTMLElement)}
      >
        More
      </button>
    </div>
  </div>`;
}

function way({ folder, act }: Desk): TemplateResult {
  const steps = trail(folder.path);
  return html`<nav aria-label="Folder">
    <ol>
      ${steps.map(({ name, path }, at) => {
        const isLast = at === steps.length - 1;
        return html`<li>
          <button
            type="button"
            aria-current=${isLast ? 'page' : 'false'}
            title=${shown(name)}
            @click=${() => act(() => folder.go(path))}
          >
            ${shown(name)}
          </button>
        </li>`;
      })}
    </ol>
  </nav>`;
}
