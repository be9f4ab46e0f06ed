/** Recording a voice note. Loaded only when somebody presses the button. */

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const LEVEL_MS = 100;

export interface Recording {
  /** Ends it and gives the note; null when nothing was recorded. */
  stop: () => Promise<File | null>;
}

/** Starts recording and calls `tick` ten times a second with the seconds gone and the loudness, 0 to 1. Rejects with
 *  the browser's own DOMException when the microphone is refused or missing. */
export async function record(limit: number, tick: (seconds: number, level: number) => void, full: () => void): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
  const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one));
  const machine = new MediaRecorder(stream, type === undefined ? { audioBitsPerSecond: 32_000 } : { mimeType: type, audioBitsPerSecond: 32_000 });
  const pieces: Blob[] = [];
  machine.addEventListener("dataavailable", (event) => { if (event.data.size > 0) pieces.push(event.data); });
  const level = meter(stream);
  const began = performance.now();
  const gone = (): number => (performance.now() - began) / 1000;
  machine.start(1000);
  const timer = setInterval(() => {
    tick(Math.min(gone(), limit), level.now());
    if (gone() >= limit) full();
  }, LEVEL_MS);
  const stop = async (): Promise<File | null> => {
    clearInterval(timer);
    if (machine.state !== "inactive") {
      const ended = new Promise((done) => machine.addEventListener("stop", done, { once: true }));
      machine.stop();
      await ended;
    }
    for (const track of stream.getTracks()) track.stop();
    level.close();
    const mime = (machine.mimeType === "" ? "audio/webm" : machine.mimeType).split(";")[0] ?? "audio/webm";
    if (pieces.length === 0) return null;
    return new File(pieces, `ghi-am-${Date.now()}.${mime.endsWith("mp4") ? "m4a" : mime.endsWith("ogg") ? "ogg" : "webm"}`, { type: mime });
  };
  return { stop };
}

function meter(stream: MediaStream): { now: () => number; close: () => void } {
  const context = new AudioContext();
  const ear = context.createAnalyser();
  ear.fftSize = 512;
  context.createMediaStreamSource(stream).connect(ear);
  const samples = new Float32Array(ear.fftSize);
  return {
    now: () => {
      ear.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      // Speech is quiet in numbers: the square root of the loudness fills the bar as the ear would.
      return Math.min(1, Math.sqrt(Math.sqrt(power)) * 1.3);
    },
    close: () => { void context.close(); },
  };
}
