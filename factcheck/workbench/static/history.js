// @ts-check
// Who did what.
import { h } from "./vendor/preact.js";
import { say, told } from "./text.js";
import { soft } from "./parts.js";

export const historyLines = (b, lines) => h("ol", { class: "fcw-history" }, lines.map((line) => h("li", { key: line.entry }, soft(h("bdi", { dir: "ltr" }, `${b.n(line.entry)} · ${b.time(line.at)}`), " · "), say(line.person), ": ", told(b.both(line.what)))));

export function historyTab(b) {
  const held = b.ui.history;
  if (!held || held.subject || (held.version !== undefined && held.version !== b.store.version)) {
    if (b.ui.historyAsked !== `/${b.store.version}`) {
      b.ui.historyAsked = `/${b.store.version}`;
      b.loadHistory("").then(() => { if (b.ui.history) b.ui.history.version = b.store.version; });
    }
  }
  return held && !held.subject ? historyLines(b, held.lines) : h("p", { class: "fcw-soft" }, b.w("loading"));
}
