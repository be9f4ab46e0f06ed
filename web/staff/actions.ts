/** Every command a staff screen offers: its key, picture and whether it needs a form. The order is that of the buttons. */
import type { IconName } from "../shared/icons";

export const COMMANDS = [
  "verify", "dispatch", "approve", "accept", "resolve", "send_back", "reject", "merge", "ask", "extend", "hand_over", "return", "recall", "unverify", "unmerge", "reopen", "close",
  "audit", "override_proof", "report_check", "send_checker", "recall_checker",
] as const;
export type Command = (typeof COMMANDS)[number] | "claim" | "release" | "take_over";

export interface Action { key: string; icon: IconName; form: boolean; first?: boolean }

export const ACTIONS: Record<Command, Action> = {
  claim: { key: "C", icon: "hand", form: false },
  release: { key: "C", icon: "hand", form: false },
  take_over: { key: "T", icon: "hand", form: true },
  verify: { key: "V", icon: "verified", form: false, first: true },
  dispatch: { key: "D", icon: "send", form: true, first: true },
  approve: { key: "A", icon: "published", form: true, first: true },
  accept: { key: "A", icon: "check", form: false, first: true },
  resolve: { key: "D", icon: "camera", form: true, first: true },
  send_back: { key: "S", icon: "back", form: true },
  reject: { key: "R", icon: "rejected", form: true },
  merge: { key: "M", icon: "merge", form: true },
  ask: { key: "Q", icon: "question", form: true },
  extend: { key: "E", icon: "calendar", form: true },
  hand_over: { key: "H", icon: "hand", form: true },
  return: { key: "R", icon: "back", form: true },
  recall: { key: "U", icon: "undo", form: true },
  unverify: { key: "U", icon: "undo", form: false },
  unmerge: { key: "U", icon: "split", form: false },
  reopen: { key: "O", icon: "undo", form: true },
  close: { key: "L", icon: "closed", form: false },
  audit: { key: "Y", icon: "eye", form: true, first: true },
  override_proof: { key: "H", icon: "shield", form: true },
  report_check: { key: "G", icon: "pin", form: true, first: true },
  send_checker: { key: "G", icon: "pin", form: true },
  recall_checker: { key: "G", icon: "cross", form: true },
};

/** The open command a key stands for; keys are shared only by commands that are never open together. */
export function commandFor(key: string, open: ReadonlySet<string>): Command | undefined {
  const order: Command[] = ["claim", "release", "take_over", ...COMMANDS];
  return order.find((command) => open.has(command) && ACTIONS[command].key === key.toUpperCase());
}
