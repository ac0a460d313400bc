// @ts-check
// The desk around the case: other cases, those that await review, a new one, and who works here.
import { h } from "./vendor/preact.js";
import { say, visible } from "./text.js";
import { button, draftSelect, field, fileBytes, fileField, form, heading, soft, typed } from "./parts.js";

/** What opens under the header: the desk's cases, or who works here. */
export function deskPanel(b) {
  if (b.ui.aside === "cases") return h("section", { class: "fcw-aside", "aria-label": b.w("cases"), "data-panel": "aside" }, caseList(b), newCase(b), closer(b));
  if (b.ui.aside === "person") return h("section", { class: "fcw-aside", "aria-label": b.w("who_works"), "data-panel": "aside" }, persons(b), closer(b));
  return null;
}

const closer = (b) => button(b, b.w("close"), () => { const key = `header/${b.ui.aside}`; b.set({ aside: "" }); b.redraw(); b.focusKey(key); }, { "data-key": "aside/close" });

export async function showCases(b) {
  if (b.ui.aside === "cases") return b.set({ aside: "" });
  b.set({ aside: "cases", queue: null });
  const answer = await b.store.ask("queue", {}, { quiet: true });
  if (answer.ok) b.set({ queue: answer.value });
  return undefined;
}

function caseList(b) {
  if (!b.ui.queue) return h("p", { class: "fcw-soft" }, b.w("loading"));
  return h("div", {}, heading(b.w("cases")), h("ul", { class: "fcw-cards" }, b.ui.queue.map((c) => h("li", { class: `fcw-card${c.id === b.store.facts.case ? " fcw-chosen" : ""}`, key: c.id },
    h("button", { type: "button", class: "fcw-jump", "data-key": `case/${c.id}`, disabled: c.id === b.store.facts.case, onClick: () => b.openCase(c.id) }, say(c.title)), soft(` · ${b.w(`case_${c.stage}`)}`, c.blocking ? ` · ${b.w("blocking_count", c.blocking)}` : ""), c.for_me ? h("strong", { class: "fcw-alarm" }, ` · ${b.w("awaits_you")}`) : null))));
}

function newCase(b) {
  const send = async () => {
    const bytes = await fileBytes(b, "n/file");
    const file = bytes ? await b.store.upload(bytes) : "";
    b.drafts.leaving("n/");
    const done = await b.ask("new_case", { url: typed(b, "n/url"), text: typed(b, "n/text"), title: typed(b, "n/title"), outlet: typed(b, "n/outlet"), published: typed(b, "n/published"), ...(file ? { file, file_name: b.files.get("n/file")?.name ?? "" } : {}) }, { clear: ["n/"] });
    if (done) b.files.delete("n/file");
    return done;
  };
  return form(b, "new_case", b.w("new_case"), [field(b, "n/text", b.w("paste_article"), { area: true, rows: 4 }), field(b, "n/url", b.w("or_link"), { dir: "ltr" }), fileField(b, "n/file", b.w("file")), field(b, "n/title", b.w("title")), field(b, "n/outlet", b.w("outlet")), field(b, "n/published", b.w("published"), { dir: "ltr", hint: b.w("date_hint") })], send, { label: b.w("open_case") });
}

function persons(b) {
  const { me } = b.store.facts;
  const list = b.store.facts.persons ?? [];
  const who = typed(b, "w/person", list.find((p) => p.id !== me.id)?.id ?? "new");
  const locked = list.find((p) => p.id === who)?.locked;
  const send = async () => {
    const done = await b.ask("act_as", { person: who === "new" ? "" : who, passphrase: typed(b, "secret/w"), name: typed(b, "w/name"), newsroom: typed(b, "w/newsroom"), role: typed(b, "w/role", "checker") }, { clear: ["w/", "secret/w"] });
    if (done) b.set({ aside: "" });
    return done;
  };
  return form(b, "person", b.w("who_works"), [h("p", { class: "fcw-soft", key: "why" }, b.w("welcome_why")), draftSelect(b, "w/person", b.w("go_on_as"), [...list.filter((p) => p.id !== me.id).map((p) => [p.id, `${visible(p.name)} · ${visible(p.newsroom)}`]), ["new", b.w("other_person")]], who),
    who === "new" ? [field(b, "w/name", b.w("name")), field(b, "w/newsroom", b.w("newsroom"))] : null, locked ? field(b, "secret/w", b.w("passphrase"), { type: "password", dir: "ltr" }) : null], send, { label: b.w("go_on") });
}
