/**
 * What the page shows before the machine can show anything itself: how much of the code is here.
 * The words are in the page; without this script they stand there all the same.
 *
 *   showLoading(machine)   until the machine is defined
 *     .imported()          the page's own modules are here
 *     .failed()            nothing more will come
 */
import { amount, codeProgress, expect, watchCode } from '../host/progress.ts';

export interface Loading {
  imported(): void;
  failed(): void;
}

export function showLoading(machine: Element): Loading {
  const bar = machine.querySelector('progress');
  const numbers = machine.querySelector('.bytes');
  const show = (): void => {
    const progress = codeProgress();
    if (!bar || !numbers || progress.total === 0) return;
    bar.max = progress.total;
    bar.value = progress.done;
    numbers.textContent = amount(progress);
  };
  const end = watchCode(show);
  void customElements.whenDefined(machine.localName).then(end);
  return {
    imported: countModules(),
    failed() {
      end();
      bar?.remove();
      const words = machine.querySelector('[role="status"]');
      if (words)
        words.textContent = 'The system could not be loaded. Reload the page to try again.';
    },
  };
}

/**
 * The build notes on each module that the page asks for how large it is. What is returned counts
 * those that the browser has said nothing of yet.
 */
function countModules(): () => void {
  const links = document.querySelectorAll<HTMLLinkElement>('link[rel="modulepreload"][data-bytes]');
  const awaited = new Map(
    [...links].map(({ href, dataset }) => [href, expect(Number(dataset['bytes']))]),
  );
  const here = (address: string): void => {
    awaited.get(address)?.();
    awaited.delete(address);
  };
  const observer = new PerformanceObserver((list) => {
    for (const { name } of list.getEntries()) here(name);
  });
  observer.observe({ type: 'resource', buffered: true });
  return () => {
    observer.disconnect();
    [...awaited.keys()].forEach(here);
  };
}
