/** A MediaStreamTrack with what is used of one; `end` ends it as a browser does. */
export interface FakeTrack extends MediaStreamTrack {
  end(): void;
}

/** A live track. */
export function createFakeTrack(kind: string, id: string): FakeTrack {
  const target = new EventTarget();
  const track = {
    id,
    kind,
    enabled: true,
    addEventListener: target.addEventListener.bind(target),
    end: () => target.dispatchEvent(new Event('ended')),
  };
  return track as unknown as FakeTrack;
}
