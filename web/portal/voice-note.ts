import { clock, durationOf, kindOf, megabytes } from "./film-check";
import { h, icon, need, t } from "./page";
import type { Recording } from "./recorder";
import type { Held, Shelf } from "./shelf";

/** One spoken note: record, listen again, delete; a file where there is no microphone. The owner gives it a shelf. */
export class VoiceNote extends HTMLElement {
  private shelf: Shelf | null = null;
  private recording: Recording | null = null;
  private view: { held: Held; address: string } | null = null;
  private readonly stage = h("div", { class: "voice-stage" });
  private readonly said = h("p", { class: "sr", role: "status" });
  private readonly complaint = h("p", { class: "bad", role: "alert" });

  connectedCallback(): void {
    need<HTMLElement>(this, ".plain").replaceWith(this.stage, this.complaint, this.said);
    this.show();
  }

  set source(shelf: Shelf) {
    this.shelf = shelf;
    this.show();
  }

  private get limit(): number { return Number(this.dataset["seconds"] ?? 180); }

  private get note(): Held | undefined { return this.shelf?.of("audio")[0]; }

  /** Draws what is there: a note, or the way to one. A running recording is left alone. */
  show(): void {
    if (this.recording !== null) return;
    const note = this.note;
    if (this.view !== null && this.view.held !== note) {
      URL.revokeObjectURL(this.view.address);
      this.view = null;
    }
    if (note !== undefined) {
      if (this.view === null) this.draw(note);
      return;
    }
    // A phone that cannot record can still send what it recorded elsewhere.
    if (!("mediaDevices" in navigator) || !("MediaRecorder" in window)) this.stage.replaceChildren(this.fileDoor());
    else this.stage.replaceChildren(h("button", { type: "button", class: "button record", onclick: () => { void this.start(); } }, icon("mic"), t("record")), h("small", {}, t("record_hint", { limit: clock(this.limit) })));
  }

  private draw(held: Held): void {
    this.view = { held, address: URL.createObjectURL(held.file) };
    this.stage.replaceChildren(
      h("audio", { controls: true, src: this.view.address, preload: "metadata", "aria-label": t("voice_listen") }),
      h("button", { type: "button", class: "button quiet", onclick: () => this.forget(held) }, icon("close"), t("voice_delete")),
    );
  }

  private forget(held: Held): void {
    this.shelf?.remove(held);
    this.said.textContent = t("voice_deleted");
    this.stage.querySelector<HTMLElement>("button, input")?.focus();
  }

  private async start(): Promise<void> {
    this.complaint.textContent = "";
    const bar = h("span", { class: "level", "aria-hidden": "true" }, h("i"));
    const time = h("span", { class: "code", "aria-hidden": "true" }, clock(0));
    try {
      const { record } = await import("./recorder");
      this.recording = await record(this.limit, (seconds, level) => {
        time.textContent = `${clock(seconds)} / ${clock(this.limit)}`;
        need<HTMLElement>(bar, "i").style.transform = `scaleX(${level.toFixed(2)})`;
      }, () => { void this.stop(); });
    } catch (error) {
      const refused = error instanceof DOMException && error.name === "NotAllowedError";
      this.complaint.textContent = t(refused ? "mic_blocked" : "mic_missing");
      this.stage.replaceChildren(this.fileDoor());
      return;
    }
    const stop = h("button", { type: "button", class: "button danger", onclick: () => { void this.stop(); } }, icon("stop"), t("record_stop"));
    this.stage.replaceChildren(h("div", { class: "recording" }, stop, bar, time));
    this.said.textContent = t("recording");
    stop.focus();
  }

  /** Ends a running recording and keeps it; does nothing otherwise. */
  async stop(): Promise<void> {
    const running = this.recording;
    if (running === null) return;
    this.recording = null;
    const file = await running.stop();
    if (file !== null) this.shelf?.add(file, "audio");
    this.said.textContent = t("recorded");
    this.show();
    this.stage.querySelector<HTMLElement>("button")?.focus();
  }

  private fileDoor(): HTMLElement {
    const field = h("input", { type: "file", accept: "audio/*", "data-door": "voice", onchange: (event) => {
      const input = event.target as HTMLInputElement;
      const file = input.files?.[0];
      input.value = "";
      if (file !== undefined) void this.take(file);
    } });
    return h("label", { class: "drop" }, icon("mic"), h("span", {}, t("voice_file")), field);
  }

  private async take(file: File): Promise<void> {
    const bytes = Number(this.dataset["bytes"] ?? Infinity);
    const seconds = await durationOf(file, "audio");
    const name = file.name;
    // Phones record sound into .mp4 and .3gp too, which have the type of a film.
    if (kindOf(file) === null || kindOf(file) === "image") this.complaint.textContent = t("not_voice", { name });
    else if (file.size > bytes) this.complaint.textContent = t("voice_too_large", { name, mb: megabytes(file.size), limit: megabytes(bytes) });
    else if (seconds !== null && seconds > this.limit + 1) this.complaint.textContent = t("voice_too_long", { name, limit: clock(this.limit) });
    else {
      this.complaint.textContent = "";
      this.shelf?.add(file, "audio", seconds);
    }
  }
}
