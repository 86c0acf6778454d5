import { appendFileSync } from "node:fs";

/** What a case with a known digest is called: the digest is its name's end. */
const ENDS_IN_DIGEST = /^(.*), ([0-9a-f]{16})$/;

/** Notes that an engine made a case's digits, for the table that `npm test` prints. */
export function noteDigest(engine: string, title: string): void {
  const [, what, digest] = ENDS_IN_DIGEST.exec(title) ?? [];
  if (digest && process.env.KULLBACK_DIGESTS) appendFileSync(process.env.KULLBACK_DIGESTS, `${JSON.stringify({ engine, what, digest })}\n`);
}
