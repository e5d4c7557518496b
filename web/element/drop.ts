/**
 * Disk images dropped onto something: the first goes into A:, a second one into B:.
 *
 *   acceptDrops(target, take, over)   returns how to stop; `over` is told whether a file hovers
 *
 * A drop that an inner target has taken is left alone by the outer ones.
 */
import { type Drive, DRIVES } from './types.ts';

export function acceptDrops(
  target: HTMLElement | Document,
  take: (drive: Drive, file: File) => void,
  over: (hovers: boolean) => void = () => undefined,
): () => void {
  const listening = new AbortController();
  const on = (name: string, listener: (event: DragEvent) => void): void => {
    const listen = listener as (event: Event) => void;
    target.addEventListener(name, listen, { signal: listening.signal });
  };
  on('dragover', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    over(true);
  });
  on('dragleave', (event) => {
    if (!(event.relatedTarget instanceof Node && contains(target, event.relatedTarget)))
      over(false);
  });
  on('drop', (event) => {
    over(false);
    if (event.defaultPrevented || !carriesFiles(event)) return;
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    for (const [i, drive] of DRIVES.entries()) if (files[i]) take(drive, files[i]);
  });
  return () => listening.abort();
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

function contains(target: HTMLElement | Document, node: Node): boolean {
  return target.contains(node);
}
