/** `download(name, blob)`: a file for the reader's own computer. */

/** Browsers read the address some time after the click. */
const LATER_MS = 60_000;

export function download(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), LATER_MS);
}
