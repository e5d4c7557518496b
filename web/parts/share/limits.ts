/**
 * Which programs cut a link of some length, or refuse it.
 *
 *   lengthAdvice(length)   in words; empty: all that are known here take it
 *
 * Looked up in November 2026. A link is one word: it has to be in one message.
 * Sources: Discord's message limits (2,000; 4,000 where it is paid for); wininet.h,
 * INTERNET_MAX_URL_LENGTH, by which Windows hands a link from one program to another; Telegram's
 * Bot API, sendMessage; Microsoft's limits for Teams (about 28 KB a message); Slack, "Truncating
 * really long messages"; WhatsApp's 65,536; Firefox, network.standard-url.max-length; Chromium,
 * url.mojom (2 MiB, more than LINK_LIMIT).
 */

const MESSAGES: readonly [number, string][] = [
  [2_000, 'Discord'],
  [2_083, 'mail programs on Windows'],
  [4_096, 'Telegram'],
  [28_000, 'Teams'],
  [40_000, 'Slack'],
  [65_536, 'WhatsApp'],
];
const FIREFOX = 1 << 20;

const named = ([most, name]: [number, string]): string =>
  `${name} (${most.toLocaleString('en-US')})`;

export function lengthAdvice(length: number): string {
  const short = MESSAGES.filter(([most]) => length > most);
  if (short.length === 0) return '';
  const words = [`Too long for ${short.map(named).join(', ')}.`];
  if (short.length === MESSAGES.length)
    words.push('Send it in a file, or send the disk itself (Download).');
  if (length > FIREFOX) words.push(`${named([FIREFOX, 'Firefox'])} does not open it.`);
  return words.join(' ');
}
