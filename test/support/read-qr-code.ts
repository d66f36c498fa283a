import jsQR from 'jsqr';

/** Of a half block: whether its upper and its lower half are painted. */
const HALVES: Readonly<Record<string, readonly [boolean, boolean]>> = {
  '█': [true, true],
  '▀': [true, false],
  '▄': [false, true],
  ' ': [false, false],
};

/** What a camera reads from a QR code that was printed in half blocks; undefined if there is none. */
export function readQrCode(output: string): string | undefined {
  const lines = output.split('\n').filter((line) => /^ *[█▀▄][█▀▄ ]*$/.test(line));
  const indent = Math.min(...lines.map((line) => line.search(/\S/)));
  const rows = lines.flatMap((line) => {
    const halves = [...line.slice(indent)].map((character) => HALVES[character] ?? [false, false]);
    return [halves.map(([upper]) => upper), halves.map(([, lower]) => lower)];
  });
  const width = Math.max(...rows.map((row) => row.length));
  // As large as on a screen, with the dark of the terminal around it.
  const scale = 4;
  const [across, down] = [(width + 8) * scale, (rows.length + 8) * scale];
  const pixels = new Uint8ClampedArray(across * down * 4).fill(255);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const painted = rows[Math.floor(y / scale) - 4]?.[Math.floor(x / scale) - 4] ?? false;
      pixels.fill(painted ? 255 : 0, (y * across + x) * 4, (y * across + x) * 4 + 3);
    }
  }
  return readPixels(pixels, across, down);
}

function readPixels(pixels: Uint8ClampedArray, width: number, height: number): string | undefined {
  // The package is CommonJS, whose default export tools wrap differently.
  const read = ((jsQR as { default?: unknown }).default ?? jsQR) as typeof jsQR.default;
  return read(pixels, width, height)?.data;
}
