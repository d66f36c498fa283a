/**
 * Runs in the page, before the page's own scripts: camera, microphone and screen as somebody has them who is of
 * `globalThis.studio.person`. The page itself is the one that users get.
 */
{
  const { person, refuse, extra, size } = globalThis.studio;
  const media = navigator.mediaDevices;
  const Sounds = AudioContext;
  // Whoever is not photographed need not show who speaks: nine people are many for one machine.
  if (extra) globalThis.AudioContext = undefined;

  const LIST = [
    ['videoinput', 'camera-1', 'Built-in camera'],
    ['audioinput', 'microphone-1', 'Built-in microphone'],
    ['audioinput', 'microphone-2', 'USB headset'],
    ['audiooutput', 'speaker-1', 'Built-in speakers'],
  ];

  media.enumerateDevices = async () =>
    LIST.map(([kind, deviceId, label]) => ({ kind, deviceId, label, groupId: '' }));
  media.getUserMedia = async ({ audio, video }) => {
    if (refuse) throw new DOMException('Permission denied', 'NotAllowedError');
    const tracks = [];
    if (video) tracks.push(asDevice(cameraTrack(), 'camera-1', 'Built-in camera'));
    if (audio) tracks.push(asDevice(voiceTrack(), 'microphone-1', 'Built-in microphone'));
    return new MediaStream(tracks);
  };
  media.getDisplayMedia = async () => new MediaStream([draw(globalThis.createSlide(), [1280, 720], () => 2)]);

  function asDevice(track, deviceId, label) {
    Object.defineProperty(track, 'label', { value: label });
    const settings = track.getSettings.bind(track);
    track.getSettings = () => ({ ...settings(), deviceId });
    // A drawn picture has the one size in which it is drawn.
    track.applyConstraints = async () => undefined;
    return track;
  }

  function cameraTrack() {
    return draw(globalThis.createPortrait(person), size, () => globalThis.studio.rate);
  }

  /** `rate` tells how many pictures a second there are to be, now. */
  function draw(paint, [width, height], rate) {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const pen = canvas.getContext('2d', { alpha: false });
    const begin = performance.now() - Math.random() * 9_000;
    let seconds = 0;
    const paintNow = () => {
      pen.setTransform(width / 640, 0, 0, height / 360, 0, 0);
      // Held still for the picture: codecs then spend everything on sharpness.
      if (!globalThis.studio.still) seconds = (performance.now() - begin) / 1_000;
      paint(pen, seconds);
      setTimeout(paintNow, 1_000 / rate());
    };
    paintNow();
    const [track] = canvas.captureStream().getVideoTracks();
    track.contentHint = 'detail';
    return track;
  }

  /** A hum, as loud as the person talks. Of those who do not talk nothing is sent. */
  function voiceTrack() {
    const context = new Sounds();
    const hum = new OscillatorNode(context, { frequency: 180 });
    const loudness = new GainNode(context, { gain: person.talks ?? 0 });
    const end = context.createMediaStreamDestination();
    hum.connect(loudness).connect(end);
    hum.start();
    if (!person.talks) void context.suspend();
    return end.stream.getAudioTracks()[0];
  }
}
