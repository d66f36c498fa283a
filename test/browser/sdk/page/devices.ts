import type { PageOptions, Source } from '../call-page.js';

/** Opens what a page sends. */
export interface Devices {
  /** A fresh track of a source. */
  open(source: Source): Promise<MediaStreamTrack>;
}

/** Those of the browser; without a screen to capture, a picture of that shape is drawn. */
export function createDevices(screen: PageOptions['screen']): Devices {
  const { mediaDevices } = navigator;
  const streamOf = (source: Source): Promise<MediaStream> | MediaStream => {
    switch (source) {
      case 'camera':
        return mediaDevices.getUserMedia({ video: { width: 320, height: 180, frameRate: 15 } });
      case 'microphone':
        return mediaDevices.getUserMedia({ audio: true });
      case 'screen':
        if (screen === 'drawn') return draw(160, 120);
        return mediaDevices.getDisplayMedia({ video: { width: 640, height: 480, frameRate: 10 } });
      case 'drawing':
        return draw(128, 128);
    }
  };
  return {
    async open(source) {
      const [track] = (await streamOf(source)).getTracks();
      if (track === undefined) throw new Error(`no track of ${source}`);
      return track;
    },
  };
}

/** A canvas that changes ten times a second. */
function draw(width: number, height: number): MediaStream {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d')!;
  let turn = 0;
  const paint = (): void => {
    context.fillStyle = `hsl(${(turn += 40) % 360} 80% 50%)`;
    context.fillRect(0, 0, width, height);
  };
  paint();
  setInterval(paint, 100);
  return canvas.captureStream(10);
}
