import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * The picture again in a PNG below `limit` bytes: as exact as it fits, at worst no channel off by more than 4 of 255. Takes
 * what Chromium makes of an opaque page: 8 bits, RGB or RGBA, not interlaced. Throws if it does not fit.
 */
export function smallPng(png, limit = 250_000) {
  const { width, height, pixels } = decode(png);
  for (const step of [1, 2, 3, 4, 6, 8]) {
    const small = encode(width, height, rounded(pixels, step));
    if (small.length < limit) return small;
  }
  throw new Error(`a picture of ${width} by ${height} does not fit into ${limit} bytes`);
}

/** Rounds all colours but those of which there is most: they are the areas of the page itself. */
function rounded(pixels, step) {
  if (step === 1) return pixels;
  const areas = mostFrequent(pixels, 12);
  const result = Buffer.from(pixels);
  for (let at = 0; at < pixels.length; at += 3) {
    if (areas.has(pixels.readUIntBE(at, 3))) continue;
    for (let byte = at; byte < at + 3; byte++)
      result[byte] = Math.min(255, Math.round(pixels[byte] / step) * step);
  }
  return result;
}

function mostFrequent(pixels, many) {
  const counts = new Map();
  for (let at = 0; at < pixels.length; at += 3) {
    const colour = pixels.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return new Set(sorted.slice(0, many).map(([colour]) => colour));
}

/** Width, height and three bytes for each pixel. */
function decode(png) {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const size = png[25] === 6 ? 4 : 3;
  const data = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(data));
  const stride = width * size;
  const pixels = Buffer.alloc(width * height * 3);
  let above = Buffer.alloc(stride);
  for (let y = 0; y < height; y++) {
    const begin = y * (stride + 1);
    const row = raw.subarray(begin + 1, begin + 1 + stride);
    unfilter(raw[begin], row, above, size);
    for (let x = 0; x < width; x++) row.copy(pixels, (y * width + x) * 3, x * size, x * size + 3);
    above = row;
  }
  return { width, height, pixels };
}

function unfilter(filter, row, above, size) {
  for (let at = 0; at < row.length; at++) {
    const left = at < size ? 0 : row[at - size];
    row[at] += predict(filter, left, above[at], at < size ? 0 : above[at - size]);
  }
}

/** What the five filters of PNG expect a byte to be. */
function predict(filter, left, above, corner) {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const [a, b, c] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

function encode(width, height, pixels) {
  const stride = width * 3;
  const rows = [];
  for (let y = 0; y < height; y++) {
    const row = pixels.subarray(y * stride, (y + 1) * stride);
    const above = y === 0 ? Buffer.alloc(stride) : pixels.subarray((y - 1) * stride, y * stride);
    rows.push(cheapest([0, 1, 2, 4].map((filter) => filtered(filter, row, above))));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const data = deflateSync(Buffer.concat(rows), { level: 9, memLevel: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function filtered(filter, row, above) {
  const line = Buffer.alloc(row.length + 1);
  line[0] = filter;
  for (let at = 0; at < row.length; at++) {
    const left = at < 3 ? 0 : row[at - 3];
    line[at + 1] = row[at] - predict(filter, left, above[at], at < 3 ? 0 : above[at - 3]);
  }
  return line;
}

/** The line whose bytes are nearest to 0, which is what deflates best. */
function cheapest(lines) {
  const cost = (line) => line.reduce((sum, byte) => sum + Math.min(byte, 256 - byte), 0);
  return lines.map((line) => [cost(line), line]).sort(([a], [b]) => a - b)[0][1];
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
