/** The wall. One page that hangs for days: it draws what its source says, turns its scenes, and says when it does not know. */
import { loadPreferences, t } from "../../shared/preferences";
import { setZone } from "../../shared/times";
import { LiveSource } from "./live-source";
import { replayAsked } from "./replay-clock";
import { ReplaySource } from "./replay-source";
import "./screen";

loadPreferences();
setZone(document.documentElement.dataset["zone"]);
// Dark whatever this browser's person likes at a desk: the wall lights a room.
document.documentElement.dataset["theme"] = "dark";
const asked = replayAsked(location.search);
const source = asked === null ? new LiveSource() : new ReplaySource(asked);
const screen = document.createElement("ht-wall");
screen.source = source;
document.body.replaceChildren(screen);
document.title = `${t("wall.pin")} · Hiện Trường`;
source.start();
