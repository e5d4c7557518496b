/**
 * A module's address that nobody else can name: what is loaded from there is a new instance, whose
 * objects nobody else has.
 */
export function freshly(address: string): string {
  const numbers = crypto.getRandomValues(new Uint32Array(4));
  return `${address}#${[...numbers].map((number) => number.toString(36)).join('-')}`;
}
