/** A piece of a text; `href` if it is an address that can be opened. */
export interface TextPiece {
  readonly text: string;
  readonly href?: string;
}

const ADDRESS = /https?:\/\/[^\s<>"']+/g;
/** Marks that end a sentence rather than an address. */
const AFTER = /[.,:;!?)\]}’”]+$/;

/** The text in pieces, in order and complete: addresses of the web, and what stands between them. */
export function linksIn(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const href = found.replace(AFTER, '');
    if (!URL.canParse(href)) continue;
    pieces.push({ text: text.slice(end, index) }, { text: href, href });
    end = index + href.length;
  }
  return [...pieces, { text: text.slice(end) }].filter((piece) => piece.text !== '');
}
