/**
 * An image from wherever it is, with a word for people.
 *
 *   readSource(source, label?)   checked by its size (store/images.ts); throws ImageError
 */
import { fetchImage, importImage } from '../store/images.ts';
import type { ImageSource } from './types.ts';

export interface NamedImage {
  image: Uint8Array;
  label: string;
}

export async function readSource(source: ImageSource, label?: string): Promise<NamedImage> {
  const { image } = source instanceof URL ? await fetchImage(source) : await importImage(source);
  return { image, label: label ?? nameOf(source) };
}

function nameOf(source: ImageSource): string {
  if (source instanceof URL) return fileName(source);
  return source instanceof File ? source.name : '';
}

/** The last part of an address's path, which is text from outside and may be badly encoded. */
export function fileName(url: URL): string {
  const last = url.pathname.split('/').pop() ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
