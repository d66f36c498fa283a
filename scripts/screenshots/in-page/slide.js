/** Runs in the page, before the page's own scripts. Draws what somebody shares: a slide with a chart, in 640 by 360 units. */
{
  const BARS = [
    ['Q1', 96],
    ['Q2', 128],
    ['Q3', 117],
    ['Q4', 168],
  ];

  globalThis.createSlide = () => (pen) => {
    pen.fillStyle = '#ffffff';
    pen.fillRect(0, 0, 640, 360);
    pen.fillStyle = '#2f55d4';
    pen.fillRect(0, 0, 12, 360);
    text(pen, ['#171a21', '700 30px sans-serif'], 'Autumn release', [48, 66]);
    text(pen, ['#545c6b', '400 15px sans-serif'], 'Calls per quarter, in thousands', [48, 94]);
    for (const [at, [label, height]] of BARS.entries()) {
      const left = 64 + at * 82;
      pen.fillStyle = at === BARS.length - 1 ? '#2f55d4' : '#b9c6f2';
      pen.beginPath();
      pen.roundRect(left, 306 - height, 52, height, [8, 8, 0, 0]);
      pen.fill();
      text(pen, ['#545c6b', '600 14px sans-serif'], label, [left + 16, 328]);
    }
    for (const [at, line] of [
      'Rooms move without a gap',
      'Korean throughout',
      'Phones join by QR code',
    ].entries()) {
      pen.fillStyle = '#2f55d4';
      pen.beginPath();
      pen.arc(400, 150 + at * 44, 4, 0, 7);
      pen.fill();
      text(pen, ['#171a21', '400 16px sans-serif'], line, [416, 156 + at * 44]);
    }
  };

  function text(pen, [colour, font], words, [x, y]) {
    pen.fillStyle = colour;
    pen.font = font;
    pen.fillText(words, x, y);
  }
}
