export interface ElementRow {
  module: string;
  folder: string;
  path: string;
}

export const ELEMENTS: readonly ElementRow[];
export function entryOf(element: ElementRow): string;
export function elementsThere(): ElementRow[];
