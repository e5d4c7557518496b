/**
 * Addresses of workers' scripts, for pages whose policy takes no plain text for one
 * (`require-trusted-types-for 'script'`).
 *
 *   scriptAddress(address)   where the page lets no policy of this name be made, the text itself:
 *                            what it refuses then leads to the frame (refusals.ts)
 *
 * Whoever calls it has the address from this code, and from nobody else.
 *
 * Source: Trusted Types (W3C), §2.3 and §4.2.
 */
interface ScriptPolicy {
  createScriptURL(address: string): string;
}

interface Factory {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
}

const POLICY = 'neptune-web';

let policy: ScriptPolicy | undefined;

export function scriptAddress(address: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: Factory };
  try {
    policy ??= trustedTypes?.createPolicy(POLICY, { createScriptURL: (own) => own });
  } catch {
    // Not let: see above.
  }
  return policy ? policy.createScriptURL(address) : address;
}
