/**
 * Whether *isolated* can run in this page, and whether it is what `auto` means.
 *
 * WebKitGTK calls a page isolated and has no SharedArrayBuffer in it, unless it was started with
 * one. With one, WebKit's isolated processes have been seen to stop: there it is for who asks for
 * it (docs/decisions/0028-webkit.md).
 */
export function canShareMemory(): boolean {
  return globalThis.crossOriginIsolated && typeof SharedArrayBuffer === 'function';
}

export function prefersIsolated(): boolean {
  return canShareMemory() && !navigator.vendor.startsWith('Apple');
}
