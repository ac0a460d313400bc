// @ts-check
// Bringing evidence in: links, one or several; a file, chosen or dropped; something that is not on the web.
import { h } from "./vendor/preact.js";
import { say, told } from "./text.js";
import { button, choices, draftSelect, field, fileBytes, fileField, folded, form, picked, soft, typed } from "./parts.js";
import { targetLabel } from "./claim.js";

export const STANCES = ["supports", "refutes", "says_something_else", "context"];
const OFFLINE = ["call", "paper", "book", "document", "in_person", "other"];

/** Targets to bear on: those of the chosen claim, then what is chosen elsewhere, then the article's own. */
export function targetOptions(b) {
  const c = b.chosen;
  const mine = c ? b.store.targetsOf(c).map((t) => [t.target, targetLabel(b, t)]) : [];
  const elsewhere = b.store.derived("chosenTargets", (store) => store.claims.flatMap((o) => (Object.keys(o.choices ?? {}).length ? store.targetsOf(o).filter((t) => o.choices[t.key]?.[0]).map((t) => ({ ...t, number: o.number })) : [])));
  const others = elsewhere.filter((t) => t.claim !== c?.id).map((t) => [t.target, [`${b.n(t.number)}: `, targetLabel(b, t)]]);
  const own = ["provenance", "article", "omission"].map((kind) => [kind, b.w(kind === "article" ? "article_target" : kind)]);
  return { mine, others, own };
}

/** `value`: what is taken until somebody chooses; `none`: that it bears on nothing yet may be said. */
export function targetChoices(b, name, legend, { value = "", none = false } = {}) {
  const { mine, others, own } = targetOptions(b);
  const rest = [...others, ...own, ...(none ? [["none", b.w("bears_none")]] : [])];
  return h("div", { key: name }, choices(b, name, legend, mine, { multiple: true, value }), folded(b, `${name}/more`, b.w("other_targets"), () => choices(b, name, "", rest, { multiple: true, value }), !mine.length || picked(b, name, value).some((t) => !mine.some(([target]) => target === t))));
}

/** What a new piece bears on: what was picked, else the content of the chosen claim. */
const ownTarget = (b) => (b.chosen && b.chosen.status !== "dismissed" ? `content/${b.chosen.id}` : "");

export const stanceChoices = (b, name) => choices(b, name, b.w("stance"), STANCES.map((stance) => [stance, b.w(stance)]), { value: "supports", inline: true });

export function attachForm(b) {
  const details = () => ({
    translation: typed(b, "e/translation"), title: typed(b, "e/title"), outlet: typed(b, "e/outlet"), author: typed(b, "e/author"), published: typed(b, "e/published"), archived_url: typed(b, "e/archived"),
    primary_reason: typed(b, "e/primary"), reliability: typed(b, "e/reliability"), interests: typed(b, "e/interests"), note: typed(b, "e/note"),
    who: typed(b, "e/who"), offline_kind: typed(b, "e/kind", "call"), when: typed(b, "e/when"), how: typed(b, "e/how"),
  });
  const targets = () => picked(b, "e/bears", ownTarget(b));
  const common = () => ({ bears_on: targets().filter((target) => target !== "none"), stance: picked(b, "e/stance", "supports")[0] });
  const send = async () => {
    if (!targets().length) {
      b.say(b.w("refused_target"), true);
      b.focus('.fcw-inspector [data-key^="e/bears/"]');
      return undefined;
    }
    const urls = [...new Set(typed(b, "e/url").split(/\s+/).filter(Boolean))];
    if (urls.length > 1) return attachMany(b, typed(b, "e/url"), common());
    const bytes = await fileBytes(b, "e/file");
    const file = bytes ? await b.store.upload(bytes) : "";
    if (bytes && !file) return b.say(b.w("refused_size"), true);
    const id = await b.ask("attach", { url: urls[0] ?? "", quote: typed(b, "e/quote"), ...common(), ...details(), ...(file ? { file } : {}) }, { clear: ["e/"] });
    if (typeof id === "string") { b.files.delete("e/file"); b.set({ card: id }); }
    return id;
  };
  return form(b, "attach", b.w("attach"), [
    h("p", { class: "fcw-soft", key: "hint" }, b.w("attach_hint")),
    field(b, "e/url", b.w("link"), { area: true, rows: 1, dir: "ltr", attributes: { inputmode: "url", spellcheck: false, onKeyDown: (event) => { if (event.key === "Enter" && !event.shiftKey && !typed(b, "e/url").includes("\n")) { event.preventDefault(); event.currentTarget.form.requestSubmit(); } } } }),
    fileField(b, "e/file", b.w("file")),
    field(b, "e/quote", b.w("quote"), { area: true, rows: 2, hint: b.w("quote_hint") }),
    targetChoices(b, "e/bears", b.w("bears_on"), { value: ownTarget(b), none: true }), common().bears_on.length ? stanceChoices(b, "e/stance") : null,
    folded(b, "e/more", b.w("more"), () => [
      field(b, "e/translation", b.w("translation"), { area: true, rows: 2 }), field(b, "e/title", b.w("title")), field(b, "e/outlet", b.w("outlet")), field(b, "e/author", b.w("author")),
      field(b, "e/published", b.w("published"), { dir: "ltr", hint: b.w("date_hint") }), field(b, "e/archived", b.w("archived_copy"), { dir: "ltr" }), field(b, "e/primary", b.w("primary_reason")), field(b, "e/reliability", b.w("reliability")), field(b, "e/interests", b.w("interests")), field(b, "e/note", b.w("note"), { area: true, rows: 2 }),
      h("h5", { key: "offline" }, b.w("offline")), draftSelect(b, "e/kind", b.w("offline_kind"), OFFLINE.map((kind) => [kind, b.w(kind)]), "call"), field(b, "e/who", b.w("offline_who")), field(b, "e/when", b.w("offline_when"), { dir: "ltr" }), field(b, "e/how", b.w("offline_how")),
    ], Boolean(typed(b, "e/who"))),
  ], send, { label: b.w("attach") });
}

/** Several links in one act: each is kept as soon as it is here, and one that fails does not stop the rest. */
async function attachMany(b, links, common) {
  const came = await b.ask("attach_links", { links, ...common, note: typed(b, "e/note") }, { clear: ["e/"] });
  if (came) b.say(b.w("attached_count", came.came, came.asked) + (came.captured < came.came ? ` · ${b.w("waiting_count", came.came - came.captured)}` : ""));
  return came;
}

/** A page that somebody saved, for a link that could not be fetched. */
export function importPage(b, id) {
  const name = `import/${id}`;
  const send = async () => {
    const bytes = await fileBytes(b, name);
    if (!bytes) return b.say(b.w("refused_file"), true);
    const file = await b.store.upload(bytes);
    if (file && (await b.ask("import_page", { id, file }))) b.files.delete(name);
    return b.draw();
  };
  return h("div", { class: "fcw-row" }, fileField(b, name, b.w("saved_page")), button(b, b.w("import_page"), send, { "data-key": `send/${name}` }));
}

/** Evidence in one line, for lists where it is picked. */
export const evidenceLine = (b, e) => [say(e.title || e.offline?.who || e.outlet || e.url), e.outlet && e.title ? soft(" · ", say(e.outlet)) : null];
