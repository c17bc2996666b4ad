// The wall board's bell: two soft tones made here, no file. Browsers want a press before the first
// sound; the choice is kept, and a press anywhere wakes it after a reload.
let context = null;
let last = 0;

export function isSoundOn() {
  try {
    return localStorage.getItem("lyt-sound") === "on";
  } catch {
    return context !== null;
  }
}

export function setSound(isOn) {
  try {
    localStorage.setItem("lyt-sound", isOn ? "on" : "off");
  } catch { /* for this page only, then */ }
  if (isOn) wake();
}

function wake() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
}

addEventListener("pointerdown", () => {
  if (isSoundOn()) wake();
});

function tone(at, hertz, seconds) {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.35, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, at + seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + seconds);
}

// Only for severity 3 and 4, 4 more urgently; at most once in three seconds.
export function ring(severity) {
  if (severity < 3 || !isSoundOn() || Date.now() - last < 3000) return;
  last = Date.now();
  sound(severity);
}

// What it sounds like.
export function sound(severity) {
  wake();
  const now = context.currentTime;
  const times = severity >= 4 ? [0, 0.5, 1] : [0];
  for (const at of times) {
    tone(now + at, 784, 0.5);
    tone(now + at + 0.18, severity >= 4 ? 1046 : 587, 0.7);
  }
}
