import { REDACTED } from '../config/redact-config.js';

/** What is a secret, or tells where somebody is, whatever field it stands in. */
const SHAPES: readonly RegExp[] = [
  // JSON Web Tokens.
  /\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g,
  /\bBearer\s+\S+/gi,
  // Session descriptions, to their end; candidates, to the end of their line.
  /\bv=0(?:\r?\n|\\r\\n|\\n)[\s\S]*/g,
  /\b(?:a=)?candidate:\S+ \d[^\r\n"]*/g,
  /\b(?:a=)?(?:ice-(?:ufrag|pwd)|fingerprint|crypto):[^\r\n"]*/g,
  // Credentials within a URL.
  /(?<=:\/\/)[^/?#,\s]*(?=@)/g,
];

/** Shorter text holds none of them. */
const SHORTEST = 8;

/**
 * The text with tokens, session descriptions, candidates, ICE passwords and credentials in URLs replaced, known by their
 * shape: the last line of defence, for messages of errors above all.
 */
export function redactText(text: string): string {
  if (text.length < SHORTEST) return text;
  let shown = text;
  for (const shape of SHAPES) shown = shown.replace(shape, REDACTED);
  return shown;
}
