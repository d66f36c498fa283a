import { createPeer } from './peer.js';
import { joinRoom } from './signaling.js';

const $ = (id) => document.getElementById(id);
const call = { stream: undefined, room: undefined, peer: undefined, iceServers: [] };

$('room').value = decodeURIComponent(location.hash.slice(1)) || 'lobby';
$('name').value = localStorage.getItem('parley.name') ?? '';
$('lobby').onsubmit = (event) => {
  event.preventDefault();
  void join($('room').value.trim(), $('name').value.trim());
};

async function join(room, name) {
  $('problem').textContent = '';
  localStorage.setItem('parley.name', name);
  history.replaceState(null, '', `#${encodeURIComponent(room)}`);
  call.stream = await openCamera();
  $('local').srcObject = call.stream;
  $('lobby').hidden = true;
  $('call').hidden = false;
  call.room = joinRoom({
    room,
    name,
    on: {
      state: (text) => ($('state').textContent = text),
      iceServers: (servers) => (call.iceServers = servers),
      peer: meet,
      signal: (signal) => call.peer?.take(signal),
      reset: () => meet(call.other, call.link, call.me),
    },
  });
}

/** The other participant came, went, or started afresh. */
function meet(other, link, me) {
  Object.assign(call, { other, link, me });
  call.peer?.close();
  call.peer = undefined;
  $('remote').srcObject = null;
  $('peer').textContent = other ? other.name || 'Guest' : 'Waiting for the other person …';
  if (!other) return;
  call.peer = createPeer({
    polite: me > other.id,
    iceServers: call.iceServers,
    stream: call.stream,
    send: (signal) => link.send(signal),
    onTrack: (stream) => ($('remote').srcObject = stream),
    onState: (state) => ($('peer').dataset.state = state),
  });
}

/** Camera and microphone, or what there is of them: a call works without. */
async function openCamera() {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  } catch (error) {
    $('problem').textContent =
      error.name === 'NotAllowedError'
        ? 'The browser was not allowed to use camera and microphone. You can see and hear the other person; to be seen, allow it beside the address and join again.'
        : 'No camera or microphone was found. You can see and hear the other person.';
    return new MediaStream();
  }
}

function toggle(button, kind, [on, off]) {
  const pressed = button.getAttribute('aria-pressed') !== 'true';
  button.setAttribute('aria-pressed', String(pressed));
  button.textContent = pressed ? off : on;
  for (const track of call.stream.getTracks()) if (track.kind === kind) track.enabled = !pressed;
}

$('mute').onclick = ({ currentTarget }) => toggle(currentTarget, 'audio', ['Mute', 'Unmute']);
$('camera').onclick = ({ currentTarget }) => toggle(currentTarget, 'video', ['Camera off', 'Camera on']);
$('copy').onclick = () => navigator.clipboard.writeText(location.href);
$('leave').onclick = () => leave();
// At a reload Firefox closes WebSockets before it fires pagehide: only at beforeunload can the room still be told.
for (const event of ['beforeunload', 'pagehide']) addEventListener(event, () => call.room && leave());

function leave() {
  call.room?.leave();
  meet(undefined);
  for (const track of call.stream.getTracks()) track.stop();
  $('call').hidden = true;
  $('lobby').hidden = false;
}
