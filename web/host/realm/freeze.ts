/**
 * Freezing all that is shared: everything that properties and prototypes lead to.
 *
 *   freezeAll(roots)       freezes each object once
 *   letOverride(object, names)
 *                          so that an object made after a frozen one may still have a property of
 *                          that name by assignment
 */

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** `apart`: objects that are neither frozen nor looked into. */
export function freezeAll(roots: readonly unknown[], apart: ReadonlySet<object>): void {
  const seen = new Set<object>(apart);
  const waiting: object[] = [];
  const reach = (value: unknown): void => {
    if (!isObject(value) || seen.has(value)) return;
    seen.add(value);
    waiting.push(value);
  };
  roots.forEach(reach);
  for (let object = waiting.pop(); object; object = waiting.pop()) {
    Object.freeze(object);
    reach(Object.getPrototypeOf(object));
    for (const key of Reflect.ownKeys(object)) {
      const property = Object.getOwnPropertyDescriptor(object, key)!;
      reach(property.value);
      reach(property.get);
      reach(property.set);
    }
  }
}

/**
 * A property that is inherited and cannot be written cannot be assigned to either: `error.name =`
 * would throw on every error once Error.prototype is frozen. As an accessor it can.
 */
export function letOverride(object: object, names: readonly string[]): void {
  for (const name of names) {
    const property = Object.getOwnPropertyDescriptor(object, name);
    if (!property || !('value' in property) || !property.configurable) continue;
    const { value, enumerable } = property as { value: unknown; enumerable: boolean };
    Object.defineProperty(object, name, {
      get: () => value,
      set(this: unknown, other: unknown) {
        if (this === object || !isObject(this)) throw new TypeError(`${name} is read-only`);
        const own = { value: other, writable: true, enumerable: true, configurable: true };
        Object.defineProperty(this, name, own);
      },
      enumerable,
      configurable: true,
    });
  }
}
