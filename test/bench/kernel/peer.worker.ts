/**
 * The other side of what two workers do without a kernel: answers in whatever way it is asked to,
 * until the word says that it is over.
 */
import { expose } from 'comlink';
import { answer } from './words.ts';

export interface PeerStart {
  readonly kind: 'spin' | 'wait' | 'port' | 'comlink';
  readonly words: Int32Array;
}

self.onmessage = ({ data, ports }: MessageEvent<PeerStart>) => {
  const port = ports[0];
  if (!port) return;
  if (data.kind === 'spin' || data.kind === 'wait') {
    port.postMessage('ready');
    answer(data.words, data.kind === 'spin');
  } else if (data.kind === 'port') {
    port.onmessage = (event) => port.postMessage(event.data);
    port.postMessage('ready');
  } else {
    expose({ echo: (value: number) => value }, port);
    postMessage('ready');
  }
};
