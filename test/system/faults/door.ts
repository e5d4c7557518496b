/**
 * A whole system in virtual time, with a disk in drive A:, for as long as `body` has to do with it.
 */
import { type ClientRig, bootClientRig } from '../../ntos/io-client.ts';
import { VirtualDoor } from '../../support/virtual-door.ts';

const LIFE_MS = 6_000_000;

export async function behindDoor<T>(
  disk: Uint8Array,
  body: (rig: ClientRig, door: VirtualDoor) => Promise<T>,
): Promise<T> {
  const door = new VirtualDoor();
  let rig: ClientRig | undefined;
  let end: { value: T } | { error: unknown } | undefined;
  const all = async (): Promise<T> => {
    rig = await bootClientRig([disk], {}, {}, false, { door });
    return body(rig, door);
  };
  void all().then(
    (value) => (end = { value }),
    (error: unknown) => (end = { error }),
  );
  try {
    await door.run(() => end !== undefined, true, LIFE_MS);
  } finally {
    rig?.end();
  }
  if (end && 'value' in end) return end.value;
  throw end?.error;
}
