/** How large, and how often, a camera's picture is taken. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
}

/**
 * The picture to send to so many others. It is encoded and sent once for each of them: with more of them, and with
 * smaller tiles on their screens, less of it serves everybody better.
 */
export function pictureSize(others: number): PictureSize {
  if (others <= 2) return { width: 1280, height: 720, frameRate: 30 };
  if (others <= 4) return { width: 640, height: 360, frameRate: 24 };
  return { width: 480, height: 270, frameRate: 20 };
}
