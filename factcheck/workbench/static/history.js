// @ts-check
// Who did what.
import { h } from "./vendor/preact.js";
import { say, told } from "./text.js";
import { field, folded, form, soft, typed } from "./parts.js";

export const historyLines = (b, lines) => h("ol", { class: "fcw-history" }, lines.map((line) => h("li", { key: line.entry }, soft(h("bdi", { dir: "ltr" }, `${b.n(line.entry)} · ${b.time(line.at)}`), " · "), say(line.person), ": ", told(b.both(line.what)))));

export function historyTab(b) {
  const held = b.ui.history;
  if (!held || held.subject || (held.version !== undefined && held.version !== b.store.version)) {
    if (b.ui.historyAsked !== `/${b.store.version}`) {
      b.ui.historyAsked = `/${b.store.version}`;
      b.loadHistory("").then(() => { if (b.ui.history) b.ui.history.version = b.store.version; });
    }
  }
  return held && !held.subject ? h("div", {}, eraseForm(b, "erase/entry", null), historyLines(b, held.lines)) : h("p", { class: "fcw-soft" }, b.w("loading"));
}

/** Deleting for good what an entry says, or captures: the one act that nothing takes back. */
export function eraseForm(b, name, captures) {
  if (!captures && name !== "erase/entry") return null;
  const send = async () => {
    const gone = await b.ask("erase", { ...(captures ?? { entry: typed(b, `${name}/entry`).trim() }), because: typed(b, `${name}/because`) }, { clear: [`${name}/`] });
    if (!gone) return gone;
    b.say(b.w("erased_count", gone.fields.length, gone.captures.length));
    b.set({ erased: { name, ...gone } });
    return gone;
  };
  const last = b.ui.erased?.name === name ? b.ui.erased : null;
  return folded(b, name, b.w(captures ? "erase_capture" : "erase_entry"), () => [
    form(b, name, "", [h("p", { class: "fcw-alarm", key: "why" }, b.w("erase_hint")), captures ? null : field(b, `${name}/entry`, b.w("entry_number"), { dir: "ltr", attributes: { inputmode: "numeric" } }), field(b, `${name}/because`, b.w("because"), { hint: b.w("erase_because_hint") })], send, { label: b.w("erase"), danger: true }),
    last ? h("div", { key: "last" }, last.needed ? h("p", {}, b.w("erased_needed", last.needed)) : null, last.remains.length ? h("p", { class: "fcw-alarm" }, `${b.w("erased_remains")}: `, last.remains.map((place) => [h("bdi", { dir: "ltr", key: place }, told(place)), " "])) : null) : null]);
}
