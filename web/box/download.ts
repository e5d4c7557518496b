/** `download(file)`: a file for the reader's own computer. */

/** Browsers read the address some time after the click. */
const LATER_MS = 60_000;

export function download(file: File): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), LATER_MS);
}
