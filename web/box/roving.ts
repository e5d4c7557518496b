/**
 * Where a key leads from a card: up and down to the card that is seen there, left and right to the
 * one before and behind.
 *
 *   nextCard(key, faces, card)   the face to be focused; undefined: the key leads nowhere
 */
export function nextCard(
  key: string,
  faces: readonly HTMLElement[],
  card: Element,
): HTMLElement | undefined {
  const at = faces.findIndex((face) => card.contains(face));
  const top = faces[0]?.getBoundingClientRect().top;
  const below = faces.findIndex((face) => face.getBoundingClientRect().top !== top);
  const columns = below < 1 ? faces.length : below;
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
    Home: -at,
    End: faces.length - 1 - at,
  };
  const step = steps[key];
  return step === undefined ? undefined : (faces[at + step] ?? faces[at]);
}
