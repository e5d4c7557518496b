/**
 * The page's own address: what has been done of it is taken out, so that a reload does not do it
 * again.
 *
 *   leaveAddress(...keys)   these keys go from the query and from the fragment
 */
export function leaveAddress(...keys: readonly string[]): void {
  const url = new URL(location.href);
  const pairs = url.hash.slice(1).split('&');
  const rest = pairs.filter((pair) => !keys.some((key) => pair.startsWith(`${key}=`)));
  const asked = keys.filter((key) => url.searchParams.has(key));
  if (asked.length === 0 && rest.length === pairs.length) return;
  for (const key of asked) url.searchParams.delete(key);
  url.hash = rest.join('&');
  history.replaceState(null, '', url);
}
