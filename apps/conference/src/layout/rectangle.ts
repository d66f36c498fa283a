/** Where something stands, in CSS pixels from the top left corner. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A size in CSS pixels. */
export type Size = Pick<Rectangle, 'width' | 'height'>;
