/**
 * Whether somebody is here for the first time: then the machine's drives are empty, and the first
 * steps are shown (first-steps.ts).
 *
 *   isFirstVisit()   not where the address asks for something, nor where nothing can be remembered
 *   wasHere()        from now on it is none
 */
const KEY = 'neptune visited';

export function isFirstVisit(): boolean {
  if (location.search || location.hash || !document.querySelector('#help-text')) return false;
  try {
    return localStorage.getItem(KEY) === null;
  } catch {
    return false;
  }
}

export function wasHere(): void {
  try {
    localStorage.setItem(KEY, 'true');
  } catch {
    // Full, or taken away meanwhile: they are shown once more.
  }
}
