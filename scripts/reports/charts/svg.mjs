/** An SVG element as text. Attributes that are undefined are left out; children are elements, in order. */
export function element(name, attributes, ...children) {
  const said = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escape(typeof value === 'number' ? rounded(value) : value)}"`);
  return `<${name}${said.join('')}>${children.flat().join('')}</${name}>`;
}

/** A line of text. `size` in px; further attributes as of any element. */
export function text(x, y, words, { size = 11, fill = INK, ...more } = {}) {
  return element('text', { x, y, 'font-size': size, fill, ...more }, escape(words));
}

export const INK = '#24292f';
export const FAINT = '#6e7781';

/** As much of it as fits into `width` px at that size, by the usual width of a letter. */
export function fit(words, width, size = 11) {
  const letters = Math.max(1, Math.floor(width / (size * 0.5)));
  return words.length <= letters ? words : `${words.slice(0, letters - 1)}…`;
}

function escape(value) {
  return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function rounded(value) {
  return String(Math.round(value * 10) / 10);
}
