/**
 * Runs in the page, before the page's own scripts. Draws somebody in front of a wall into a canvas of 640 by 360 units,
 * so that the pictures show people and not a test signal.
 */
{
  globalThis.createPortrait = (person) => {
    const wall = new OffscreenCanvas(640, 360);
    paintWall(wall.getContext('2d'), person);
    return (pen, seconds) => {
      pen.drawImage(wall, 0, 0);
      pen.save();
      pen.translate(320 + Math.sin(seconds * 0.9) * 4, 16 + Math.sin(seconds * 1.7) * 1.5);
      if (person.style === 'long' || person.style === 'bob') backHair(pen, person);
      body(pen, person);
      if (person.style === 'scarf') scarf(pen, person);
      head(pen, person);
      face(pen, person, seconds);
      hair(pen, person);
      if (person.glasses) glasses(pen);
      pen.restore();
    };
  };

  function paintWall(pen, { wall: [light, dark], room }) {
    const shade = pen.createLinearGradient(0, 0, 640, 360);
    shade.addColorStop(0, light);
    shade.addColorStop(1, dark);
    fill(pen, shade, () => pen.rect(0, 0, 640, 360));
    pen.filter = 'blur(2.5px)';
    ({ window: windowPane, shelf, plant, frames, lamp })[room](pen);
    pen.filter = 'none';
  }

  function windowPane(pen) {
    fill(pen, '#f7f9fb', () => pen.rect(430, 24, 176, 210));
    fill(pen, '#c6dcec', () => pen.rect(440, 34, 74, 190));
    fill(pen, '#d3e5f1', () => pen.rect(522, 34, 74, 190));
    fill(pen, '#9fbf9a', () => pen.ellipse(500, 224, 60, 34, 0, Math.PI, 0));
    fill(pen, '#b3cda7', () => pen.ellipse(560, 224, 50, 48, 0, Math.PI, 0));
    fill(pen, '#ffffff', () => pen.rect(418, 224, 200, 14));
    fill(pen, '#00000012', () => pen.roundRect(52, 60, 110, 140, 6));
  }

  function shelf(pen) {
    const books = ['#a4483b', '#3f6072', '#d2a24c', '#5c7a58', '#7b5876', '#e7dfd0', '#31475c'];
    for (const [row, top] of [40, 140, 240].entries()) {
      fill(pen, '#00000014', () => pen.rect(430, top - 22, 190, 86));
      for (let book = 0; book < 11; book++) {
        const height = 46 + ((book * 7 + row * 5) % 14);
        fill(pen, books[(book + row * 3) % books.length], () =>
          pen.rect(438 + book * 16, top + 62 - height, 13, height),
        );
      }
      fill(pen, '#8a6a48', () => pen.rect(424, top + 62, 202, 8));
    }
    fill(pen, '#00000010', () => pen.roundRect(40, 52, 130, 96, 6));
  }

  function plant(pen) {
    fill(pen, '#b5694a', () => pen.roundRect(504, 262, 78, 90, 10));
    for (const [turn, length] of [-1.1, -0.7, -0.35, 0, 0.3, 0.65, 1.05].entries()) {
      pen.save();
      pen.translate(543, 268);
      pen.rotate(length);
      const green = turn % 2 === 0 ? '#4f7f57' : '#6a9a68';
      fill(pen, green, () => pen.ellipse(0, -88, 17, 84, 0, 0, 7));
      pen.restore();
    }
    fill(pen, '#ffffff55', () => pen.roundRect(56, 44, 120, 150, 6));
  }

  function frames(pen) {
    for (const [x, y, width, height, colour] of [
      [440, 44, 92, 118, '#c97b5a'],
      [546, 66, 64, 64, '#5b7f8c'],
      [546, 142, 64, 84, '#d8b45c'],
      [60, 60, 96, 96, '#6f7f9a'],
    ]) {
      fill(pen, '#fbf8f3', () => pen.rect(x, y, width, height));
      fill(pen, colour, () => pen.rect(x + 10, y + 10, width - 20, height - 20));
      fill(pen, '#ffffff66', () => pen.arc(x + width / 2, y + height - 24, width / 4, Math.PI, 0));
    }
  }

  function lamp(pen) {
    const glow = pen.createRadialGradient(528, 120, 10, 528, 120, 190);
    glow.addColorStop(0, '#fff3cfcc');
    glow.addColorStop(1, '#fff3cf00');
    fill(pen, glow, () => pen.rect(330, 0, 310, 330));
    fill(pen, '#55493f', () => pen.rect(524, 150, 7, 210));
    fill(pen, '#f6dfa6', () => polygon(pen, [500, 84, 556, 84, 580, 156, 476, 156]));
    fill(pen, '#00000010', () => pen.roundRect(48, 80, 150, 110, 6));
  }

  function backHair(pen, { hair: colour, style }) {
    const [depth, width] = style === 'long' ? [205, 84] : [86, 82];
    fill(pen, colour, () => {
      pen.moveTo(-width, 140);
      pen.bezierCurveTo(-width - 4, 10, width + 4, 10, width, 140);
      pen.lineTo(width + 4, 140 + depth - 20);
      pen.quadraticCurveTo(0, 140 + depth + 24, -width - 4, 140 + depth - 20);
    });
  }

  function body(pen, { top, skin, collar }) {
    fill(pen, darker(skin), () => pen.roundRect(-27, 190, 54, 80, 20));
    fill(pen, top, () => {
      pen.moveTo(-176, 360);
      pen.bezierCurveTo(-170, 276, -110, 262, -40, 246);
      pen.quadraticCurveTo(0, 286, 40, 246);
      pen.bezierCurveTo(110, 262, 170, 276, 176, 360);
    });
    fill(pen, '#00000018', () => polygon(pen, [-108, 360, -100, 318, -92, 360]));
    fill(pen, '#00000018', () => polygon(pen, [108, 360, 100, 318, 92, 360]));
    if (!collar) return;
    fill(pen, collar, () => polygon(pen, [-40, 244, 0, 280, -22, 296, -52, 252]));
    fill(pen, collar, () => polygon(pen, [40, 244, 0, 280, 22, 296, 52, 252]));
  }

  function head(pen, { skin, style }) {
    if (style !== 'scarf') {
      for (const side of [-1, 1]) fill(pen, darker(skin), () => pen.ellipse(side * 63, 146, 10, 16, 0, 0, 7));
    }
    const light = pen.createLinearGradient(-60, 0, 70, 0);
    light.addColorStop(0, skin);
    light.addColorStop(0.55, skin);
    light.addColorStop(1, darker(skin));
    fill(pen, light, () => {
      pen.moveTo(-62, 120);
      pen.bezierCurveTo(-62, 40, 62, 40, 62, 120);
      pen.bezierCurveTo(62, 190, 34, 226, 0, 226);
      pen.bezierCurveTo(-34, 226, -62, 190, -62, 120);
    });
  }

  function face(pen, { skin, hair: colour, beard, talks, style }, seconds) {
    if (beard) {
      fill(pen, colour, () => {
        pen.moveTo(-62, 138);
        pen.bezierCurveTo(-58, 262, 58, 262, 62, 138);
        pen.bezierCurveTo(48, 176, 34, 172, 0, 170);
        pen.bezierCurveTo(-34, 172, -48, 176, -62, 138);
      });
    }
    const brow = style === 'scarf' ? '#3a2a20' : style === 'none' ? '#1a120e' : colour;
    for (const side of [-1, 1]) {
      fill(pen, '#2a201c', () => pen.ellipse(side * 25, 138, 5.5, 6.5, 0, 0, 7));
      line(pen, brow, 4.5, () => {
        pen.moveTo(side * 14, 119);
        pen.quadraticCurveTo(side * 26, 113, side * 38, 119);
      });
      fill(pen, '#e0604a22', () => pen.ellipse(side * 36, 168, 12, 8, 0, 0, 7));
    }
    line(pen, darker(skin), 4, () => {
      pen.moveTo(2, 146);
      pen.quadraticCurveTo(9, 164, -3, 166);
    });
    const open = talks ? 3 + Math.abs(Math.sin(seconds * 7)) * 3 : 0;
    if (open > 0) fill(pen, '#6d2a2a', () => pen.ellipse(0, 190, 15, open, 0, 0, 7));
    else
      line(pen, beard ? '#f0c9b8' : '#8f4a41', 4.5, () => {
        pen.moveTo(-18, 186);
        pen.quadraticCurveTo(0, 200, 18, 186);
      });
  }

  function hair(pen, { hair: colour, style }) {
    if (style === 'none' || style === 'scarf') return;
    if (style === 'curly') return curls(pen, colour);
    if (style === 'bun') fill(pen, colour, () => pen.arc(0, 30, 30, 0, 7));
    const low = style === 'bob' ? 160 : style === 'long' ? 150 : 122;
    fill(pen, colour, () => {
      pen.moveTo(-68, low);
      pen.bezierCurveTo(-78, 22, 78, 22, 68, low);
      pen.bezierCurveTo(64, 118, 52, 100, 34, 92);
      if (style === 'bob') pen.bezierCurveTo(14, 112, -22, 112, -44, 106);
      else pen.bezierCurveTo(6, 104, -34, 96, -46, 84);
      pen.bezierCurveTo(-58, 100, -62, 120, -68, low);
    });
  }

  function curls(pen, colour) {
    for (let curl = 0; curl < 15; curl++) {
      const turn = Math.PI * (0.93 + (curl / 14) * 1.14);
      fill(pen, colour, () => pen.arc(Math.cos(turn) * 66, 112 + Math.sin(turn) * 62, 26, 0, 7));
    }
    fill(pen, colour, () => pen.ellipse(0, 66, 58, 30, 0, 0, 7));
  }

  function scarf(pen, { hair: colour }) {
    fill(pen, colour, () => {
      pen.moveTo(-86, 150);
      pen.bezierCurveTo(-92, 8, 92, 8, 86, 150);
      pen.bezierCurveTo(88, 220, 104, 268, 116, 300);
      pen.quadraticCurveTo(0, 360, -116, 300);
      pen.bezierCurveTo(-104, 268, -88, 220, -86, 150);
    });
    fill(pen, '#ffffff12', () => pen.ellipse(-14, 268, 60, 22, -0.25, 0, 7));
  }

  function glasses(pen) {
    for (const side of [-1, 1])
      line(pen, '#2b2a2e', 3.5, () => pen.roundRect(side * 26 - 20, 124, 40, 30, 11));
    line(pen, '#2b2a2e', 3.5, () => {
      pen.moveTo(-6, 136);
      pen.quadraticCurveTo(0, 131, 6, 136);
    });
  }

  function fill(pen, colour, path) {
    pen.fillStyle = colour;
    pen.beginPath();
    path();
    pen.fill();
  }

  function line(pen, colour, width, path) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.lineCap = 'round';
    pen.beginPath();
    path();
    pen.stroke();
  }

  function polygon(pen, numbers) {
    for (let at = 0; at < numbers.length; at += 2) pen.lineTo(numbers[at], numbers[at + 1]);
  }

  function darker(colour) {
    const channels = [1, 3, 5].map((at) => Math.round(Number.parseInt(colour.slice(at, at + 2), 16) * 0.86));
    return `rgb(${channels.join(' ')})`;
  }
}
