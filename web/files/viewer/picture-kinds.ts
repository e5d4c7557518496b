/**
 * Which picture a file is, and how large, by its own first bytes: before anybody decodes it.
 *
 *   pictureOf(bytes)     undefined: none of those
 *
 * `type` is what the browser's decoder is told; a name or a disk has no say in it. What is inside
 * an icon is looked at as well.
 */
export interface PictureKind {
  readonly name: string;
  /** '': decoded here (pcx.ts). */
  readonly type: string;
  readonly width: number;
  readonly height: number;
}

export function pictureOf(bytes: Uint8Array): PictureKind | undefined {
  for (const look of [png, gif, jpeg, bmp, ico, pcx]) {
    const found = look(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (found && found.width > 0 && found.height > 0) return found;
  }
  return undefined;
}

type Look = (bytes: Uint8Array, view: DataView) => PictureKind | undefined;

const begins = (bytes: Uint8Array, mark: readonly number[], at = 0): boolean =>
  mark.every((byte, i) => bytes[at + i] === byte);

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

const png: Look = (bytes, view) => {
  if (bytes.length < 33 || !begins(bytes, PNG)) return undefined;
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  return { name: 'PNG', type: 'image/png', width, height };
};

const gif: Look = (bytes, view) => {
  if (bytes.length < 13 || !begins(bytes, [0x47, 0x49, 0x46, 0x38])) return undefined;
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  return { name: 'GIF', type: 'image/gif', width, height };
};

/** The frame's header is the first segment C0 to CF that is none of three others. */
const jpeg: Look = (bytes, view) => {
  if (!begins(bytes, [0xff, 0xd8, 0xff])) return undefined;
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return undefined;
    const mark = bytes[at + 1]!;
    if (mark === 0xff) at++;
    else if (mark >= 0xc0 && mark <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(mark)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return { name: 'JPEG', type: 'image/jpeg', width, height };
    } else if (mark === 0xd9 || mark === 0xda) return undefined;
    else at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
};

const bmp: Look = (bytes, view) => {
  if (bytes.length < 26 || !begins(bytes, [0x42, 0x4d])) return undefined;
  const header = view.getUint32(14, true);
  const common = { name: 'BMP', type: 'image/bmp' };
  if (header === 12)
    return { ...common, width: view.getUint16(18, true), height: view.getUint16(20, true) };
  if (header < 16 || header > 200) return undefined;
  const [width, height] = [view.getInt32(18, true), view.getInt32(22, true)];
  return { ...common, width, height: Math.abs(height) };
};

/** The largest of its pictures, by what is in it and not only by what its table says. */
const ico: Look = (bytes, view) => {
  if (bytes.length < 22 || !begins(bytes, [0, 0, 1, 0])) return undefined;
  const count = view.getUint16(4, true);
  if (count === 0 || count > 256 || 6 + 16 * count > bytes.length) return undefined;
  let [width, height] = [0, 0];
  for (let at = 6; at < 6 + 16 * count; at += 16) {
    const place = view.getUint32(at + 12, true);
    if (bytes[at + 3] !== 0 || place < 6 + 16 * count || place + 16 > bytes.length)
      return undefined;
    const isPng = begins(bytes, PNG, place) && place + 24 <= bytes.length;
    const inside = isPng
      ? [view.getUint32(place + 16), view.getUint32(place + 20)]
      : [view.getInt32(place + 4, true), Math.abs(view.getInt32(place + 8, true)) >> 1];
    [width, height] = [Math.max(width, inside[0]!), Math.max(height, inside[1]!)];
  }
  return { name: 'icon', type: 'image/x-icon', width, height };
};

const pcx: Look = (bytes, view) => {
  if (bytes.length < 129 || bytes[0] !== 0x0a || bytes[2] !== 1) return undefined;
  if (![0, 2, 3, 4, 5].includes(bytes[1]!) || ![1, 2, 4, 8].includes(bytes[3]!)) return undefined;
  const [left, top] = [view.getUint16(4, true), view.getUint16(6, true)];
  const [right, bottom] = [view.getUint16(8, true), view.getUint16(10, true)];
  const [planes, line] = [bytes[65]!, view.getUint16(66, true)];
  const width = right - left + 1;
  if (planes < 1 || planes > 4 || line * 8 < width * bytes[3]!) return undefined;
  return { name: 'PCX', type: '', width, height: bottom - top + 1 };
};
