/** A short made-up tone for a new alarm. Silent until the person at this screen allows it, and kept there. */
const KEPT = "hientruong-alarm-sound";
/** Two soft strokes, a fourth apart; hertz and seconds. */
const STROKES: readonly [number, number][] = [[659.25, 0], [880, 0.22]];
const STROKE_SECONDS = 0.2;
const LOUDNESS = 0.12;

let context: AudioContext | null = null;

export function soundAllowed(): boolean {
  return localStorage.getItem(KEPT) === "on";
}

/** Must be called from a key or a click: browsers let a page sound only after one. */
export function allowSound(on: boolean): void {
  localStorage.setItem(KEPT, on ? "on" : "off");
  if (on) ring();
}

export function ring(): void {
  if (!soundAllowed() || !("AudioContext" in window)) return;
  context ??= new AudioContext();
  const sound = context;
  // Where the browser still waits for a first touch, this alarm stays silent; the next one sounds.
  void sound.resume().then(() => { for (const [hertz, after] of STROKES) stroke(sound, hertz, sound.currentTime + after); }, () => undefined);
}

function stroke(sound: AudioContext, hertz: number, at: number): void {
  const tone = sound.createOscillator();
  const volume = sound.createGain();
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + STROKE_SECONDS);
  tone.connect(volume).connect(sound.destination);
  tone.start(at);
  tone.stop(at + STROKE_SECONDS);
}
