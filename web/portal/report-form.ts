import { problemOf } from "../shared/api";
import { uuid } from "../shared/identity";
import type { Problem } from "../shared/model";
import { becomeDevice, csrf } from "./device";
import { forget, keep, kept, type Draft } from "./draft";
import type { PhotoPicker } from "./photo-picker";
import type { PlacePicker } from "./place-picker";
import { h, need, t } from "./page";
import { reportOf } from "./report-body";

const WAITS_S = [3, 6, 12, 25, 50];
const KEEP_MS = 400;
/** Fields that belong to this page load, not to what the resident entered. */
const OURS = new Set(["csrf", "key", "media"]);

interface Answer { status: number; code: string | null; problem: Problem | null; retryAfter: number }

/** The report form with scripts: keeps a draft, sends with progress, sends again by itself with the same key. */
export class ReportForm extends HTMLElement {
  private key = uuid();
  private capturedAt: string | null = null;
  private attempt = 0;
  private busy = false;
  private timer = 0;
  private keeping = 0;

  private get form(): HTMLFormElement { return need(this, "form"); }
  private get photos(): PhotoPicker { return need<PhotoPicker>(this, "photo-picker"); }
  private get place(): PlacePicker { return need<PlacePicker>(this, "place-picker"); }
  private get state(): HTMLElement { return need(this, ".send-state"); }

  connectedCallback(): void {
    // Our own messages stand beside the button; the browser's bubbles cannot be read by everybody.
    this.form.noValidate = true;
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    for (const event of ["input", "change", "photos", "place"]) this.addEventListener(event, () => this.keepSoon());
    this.addEventListener("placed", (event) => this.place.fromPhoto((event as CustomEvent<{ lon: number; lat: number }>).detail));
    this.addEventListener("unplaced", () => this.place.fromPhoneIfUnknown());
    window.addEventListener("online", () => { if (this.timer !== 0) this.send(); });
    need(this, "[data-forget]").addEventListener("click", () => { void forget().then(() => location.reload()); });
    void this.restore();
  }

  private fields(): [string, string][] {
    return [...new FormData(this.form)].filter((one): one is [string, string] => typeof one[1] === "string" && !OURS.has(one[0]));
  }

  private keepSoon(): void {
    clearTimeout(this.keeping);
    this.keeping = window.setTimeout(() => { void keep(this.draft()); }, KEEP_MS);
  }

  private draft(): Draft {
    return { key: this.key, fields: this.fields(), photos: [...this.photos.files], capturedAt: this.capturedAt };
  }

  private async restore(): Promise<void> {
    const draft = await kept();
    if (draft === null || (draft.photos.length === 0 && !draft.fields.some(([, value]) => value !== ""))) return;
    this.key = draft.key;
    this.capturedAt = draft.capturedAt;
    for (const [name, value] of draft.fields) this.fill(name, value);
    this.photos.files = draft.photos;
    need<HTMLElement>(this, ".restored").hidden = false;
  }

  private fill(name: string, value: string): void {
    for (const control of this.form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>(`[name="${CSS.escape(name)}"]`)) {
      if (control instanceof HTMLInputElement && (control.type === "radio" || control.type === "checkbox")) control.checked = control.value === value;
      else control.value = value;
    }
  }

  /** What is still missing, with the control to go to; null when it can be sent. */
  private missing(): [string, HTMLElement] | null {
    const chosen = this.form.querySelector<HTMLInputElement>('input[name="category"]:checked');
    if (chosen === null) return [t("need_kind"), need<HTMLElement>(this, ".tile input")];
    const unanswered = [...(chosen.closest(".kind")?.querySelectorAll<HTMLInputElement>("[data-required]") ?? [])].find((field) => field.value.trim() === "");
    if (unanswered !== undefined) return [t("need_answer"), unanswered];
    return this.place.point === null ? [t("need_place"), need<HTMLElement>(this.place, "input[type=search]")] : null;
  }

  private send(): void {
    if (this.busy) return;
    clearTimeout(this.timer);
    this.timer = 0;
    const missing = this.missing();
    if (missing !== null) {
      this.state.replaceChildren(h("p", { class: "bad" }, missing[0]));
      missing[1].focus();
      return;
    }
    this.busy = true;
    this.capturedAt ??= new Date().toISOString();
    need(this, ".send").setAttribute("aria-disabled", "true");
    this.deliver().catch(() => this.later(t("send_failed", { s: this.wait }))).finally(() => {
      this.busy = false;
      need(this, ".send").removeAttribute("aria-disabled");
    });
  }

  private async deliver(): Promise<void> {
    await keep(this.draft());
    await becomeDevice();
    let answer = await this.post();
    if (answer.status === 401) {
      await becomeDevice(true);
      answer = await this.post();
    }
    if (answer.code !== null) {
      await forget();
      location.assign(`/t/${encodeURIComponent(answer.code)}?sent=1`);
    } else if (answer.status === 429) this.later(t("too_fast", { s: answer.retryAfter }), answer.retryAfter);
    else if (answer.status >= 400 && answer.status < 500) this.refused(answer.problem);
    else this.later(t("send_failed", { s: this.wait }));
  }

  private get wait(): number { return WAITS_S[Math.min(this.attempt, WAITS_S.length - 1)] ?? 50; }

  private post(): Promise<Answer> {
    const numbers = new Set([...this.form.querySelectorAll<HTMLInputElement>("input[type=number]")].map((field) => field.name));
    const body = new FormData();
    body.append("report", JSON.stringify(reportOf(this.fields(), this.capturedAt, numbers)));
    for (const photo of this.photos.files) body.append("media", photo, photo.name);
    const bar = h("progress", { max: "100", value: "0" });
    const words = h("p", {}, t("sending", { percent: 0 }));
    this.state.replaceChildren(words, bar);
    // fetch cannot tell how much has gone up.
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/reports");
    request.setRequestHeader("Idempotency-Key", this.key);
    request.setRequestHeader("X-CSRF-Token", csrf() ?? "");
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      const percent = event.total === 0 ? 0 : Math.floor((event.loaded / event.total) * 100);
      bar.value = percent;
      words.textContent = percent >= 100 ? t("saving") : t("sending", { percent });
    });
    return new Promise((done, fail) => {
      request.addEventListener("error", () => fail(new TypeError("offline")));
      request.addEventListener("load", () => { void read(request).then(done, fail); });
      request.send(body);
    });
  }

  private later(words: string, seconds = this.wait): void {
    this.attempt += 1;
    this.state.replaceChildren(h("p", { class: "bad" }, words), h("button", { type: "button", class: "button", onclick: () => this.send() }, t("retry")));
    this.timer = window.setTimeout(() => this.send(), seconds * 1000);
  }

  private refused(problem: Problem | null): void {
    const details = problem?.errors?.map((error) => error.detail).join("; ");
    this.state.replaceChildren(h("p", { class: "bad" }, t("refused", { detail: details ?? problem?.detail ?? "" })));
    // The earlier attempt did arrive and this is other content: it is a report of its own.
    if (problem?.type.endsWith("/key-reused") === true) this.key = uuid();
  }
}

async function read(request: XMLHttpRequest): Promise<Answer> {
  const type = request.getResponseHeader("Content-Type") ?? "";
  const answer = new Response(request.status === 204 ? null : request.responseText, { status: request.status, headers: { "Content-Type": type } });
  const retryAfter = Number(request.getResponseHeader("Retry-After")) || 30;
  if (!answer.ok) return { status: answer.status, code: null, problem: await problemOf(answer), retryAfter };
  return { status: answer.status, code: ((await answer.json()) as { code: string }).code, problem: null, retryAfter };
}
