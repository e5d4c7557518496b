/**
 * What a reader has set of the element's look and ways, there again after a reload.
 *
 *   rememberSettings(machine)   puts back what was set, and remembers from then on
 *
 * The element shows each as an attribute. Where the browser gives the page no storage, nothing is
 * remembered, and nothing is said: the settings work all the same.
 */
const SETTINGS = ['screen-reader', 'text-size', 'drive-sound'];
const keyOf = (name: string): string => `neptune ${name}`;

export function rememberSettings(machine: HTMLElement): void {
  try {
    for (const name of SETTINGS) {
      const value = localStorage.getItem(keyOf(name));
      if (value !== null) machine.setAttribute(name, value);
    }
  } catch {
    return;
  }
  const changed = (changes: MutationRecord[]): void => {
    for (const { attributeName } of changes) if (attributeName) remember(machine, attributeName);
  };
  new MutationObserver(changed).observe(machine, { attributeFilter: SETTINGS });
}

function remember(machine: HTMLElement, name: string): void {
  const value = machine.getAttribute(name);
  try {
    if (value === null) localStorage.removeItem(keyOf(name));
    else localStorage.setItem(keyOf(name), value);
  } catch {
    // Full, or taken away meanwhile: as above.
  }
}
