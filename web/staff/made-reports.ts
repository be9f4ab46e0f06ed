/** Reports made by chance from a seed, for tests. */
import type { Report, State } from "../shared/model";

export const NOW = Date.parse("2026-07-01T08:00:00Z");
const STATES: State[] = ["received", "verified", "dispatched", "in_progress", "resolved"];

export function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (Math.imul(a, 1664525) + 1013904223) >>> 0;
    return a / 4294967296;
  };
}

export function made(draw: () => number, at: number): Report {
  const received = NOW - draw() * 5 * 86_400_000;
  return {
    code: `VT-${String(at).padStart(5, "0")}`, version: 1, state: STATES[Math.floor(draw() * STATES.length)] ?? "received", public_status: "waiting",
    urgency: draw() < 0.1 ? "urgent" : "normal", category: `c${Math.floor(draw() * 20)}`, category_name: "Ổ gà, mặt đường hư hỏng",
    area: { code: String(26500 + Math.floor(draw() * 12)), name: "Phường Vũng Tàu" }, lead: null, channel: draw() < 0.5 ? "web" : "phone",
    claim: draw() < 0.05 ? { by: { username: "me", name: "Tôi" }, until: new Date(NOW + draw() * 300_000).toISOString() } : null,
    received_at: new Date(received).toISOString(), due_at: new Date(received + draw() * 6 * 86_400_000).toISOString(),
    description: `Đường ngập nước trước nhà số ${at}, xe máy khó đi lại mỗi khi trời mưa to.`, location: null, media: [], priority: { score: Math.floor(draw() * 100) },
  };
}
