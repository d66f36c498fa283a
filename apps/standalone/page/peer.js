/**
 * One RTCPeerConnection by the perfect-negotiation pattern (W3C webrtc-pc, section 10.7). `send({kind, data})` goes to the
 * other side in order; `onTrack(stream)` gets its media. Only the impolite side makes the first offer: if both did, one
 * would be rolled back, and a Chromium that rolls back before it has gathered a candidate may never gather any.
 */
export function createPeer({ polite, iceServers, stream, send, onTrack, onState }) {
  const pc = new RTCPeerConnection({ iceServers });
  let makingOffer = false;
  let ignoreOffer = false;
  let chain = Promise.resolve();

  for (const track of stream.getTracks()) pc.addTrack(track, stream);
  if (!polite) askForAll(pc, stream);
  pc.ontrack = ({ streams }) => onTrack(streams[0]);
  pc.onconnectionstatechange = () => onState(pc.connectionState);
  pc.oniceconnectionstatechange = () => {
    if (pc.iceConnectionState === 'failed') pc.restartIce();
  };
  pc.onicecandidate = ({ candidate }) => {
    if (candidate) send({ kind: 'candidate', data: candidate });
  };
  pc.onnegotiationneeded = async () => {
    if (polite && !pc.remoteDescription) return;
    makingOffer = true;
    try {
      await pc.setLocalDescription();
      send({ kind: pc.localDescription.type, data: pc.localDescription });
    } finally {
      makingOffer = false;
    }
  };
  const take = async ({ kind, data }) => {
    if (kind === 'candidate') {
      return pc.addIceCandidate(data).catch((error) => {
        if (!ignoreOffer) throw error;
      });
    }
    ignoreOffer = data.type === 'offer' && !polite && (makingOffer || pc.signalingState !== 'stable');
    if (ignoreOffer) return;
    await pc.setRemoteDescription(data);
    if (data.type !== 'offer') return;
    await pc.setLocalDescription();
    send({ kind: 'answer', data: pc.localDescription });
  };
  return {
    take(signal) {
      chain = chain.then(() => take(signal)).catch((error) => onState(`negotiation: ${error.message}`));
    },
    close: () => pc.close(),
  };
}

/** Whoever has no camera or no microphone offers to receive, so that there is an offer at all. */
function askForAll(pc, stream) {
  const kinds = stream.getTracks().map(({ kind }) => kind);
  for (const kind of ['audio', 'video']) {
    if (!kinds.includes(kind)) pc.addTransceiver(kind, { direction: 'recvonly' });
  }
}
