/**
 * For `evaluate` in a page: true once the video has shown five pictures of different content, so that a still or a black
 * one never passes. Ask it again and again. It is sent to the page as text and must name nothing outside itself.
 */
export function pictureMoves(selector: string): boolean {
  const video = document.querySelector<HTMLVideoElement>(selector);
  if (video === null || video.videoWidth === 0) return false;
  const canvas = new OffscreenCanvas(32, 24);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context?.drawImage(video, 0, 0, 32, 24);
  const pixels = context?.getImageData(0, 0, 32, 24).data.join() ?? '';
  const seen = ((globalThis as { seen?: Record<string, Set<string>> }).seen ??= {});
  const frames = (seen[selector] ??= new Set());
  frames.add(pixels);
  return frames.size >= 5;
}

/** For `evaluate` in a page: forgets the pictures, so that `pictureMoves` has to see new ones. */
export function forgetPictures(): void {
  (globalThis as { seen?: unknown }).seen = {};
}
