// @ts-check
// What leaves the desk: publication and corrections on record, reports, the bundle; and whether the ledger holds.
import { h } from "./vendor/preact.js";
import { address, clip, say, told, visible } from "./text.js";
import { button, choices, draftSelect, field, fileBytes, fileField, folded, form, heading, picked, soft, typed } from "./parts.js";

const CORRECTIONS = ["correction", "clarification", "update", "withdrawal"];
const LEFT_OUT = ["names", "notes", "sources", "contacts", "earlier"];
const PRESETS = ["", "partner", "public"];
const HELD = ["whole", "signed_by_introduced", "checkpoint_signed", "extends_kept_head"];

const languages = (b) => [["ar", "العربية"], ["en", "English"]];

/** Send with the file of a field beside it, if one was chosen. */
async function withFile(b, name, command, args, clear) {
  const bytes = await fileBytes(b, name);
  const file = bytes ? await b.store.upload(bytes) : "";
  if (bytes && !file) return b.say(b.w("refused_size"), true);
  const done = await b.ask(command, { ...args, ...(file ? { file } : {}) }, { clear });
  if (done) b.files.delete(name);
  return done;
}

// ---- publication and corrections

export function publishing(b) {
  const done = b.store.facts.publications ?? [];
  const published = done.filter((p) => p.kind === "publication");
  return h("div", {},
    done.length ? h("ul", { class: "fcw-cards" }, done.map((p) => h("li", { class: "fcw-card", key: p.id }, h("strong", {}, b.w(p.kind)), soft(" · ", h("bdi", { dir: "ltr" }, b.n(p.on))), p.url ? [" · ", address(p.url)] : null, p.what ? h("p", {}, say(p.what)) : null, p.why ? h("p", { class: "fcw-soft" }, say(p.why)) : null, p.despite ? h("p", { class: "fcw-alarm" }, `${b.w("publish_despite")}: `, say(p.despite)) : null))) : null,
    folded(b, "publish", b.w("publish"), () => publishForm(b)), published.length ? folded(b, "correct", b.w("correct"), () => correctForm(b, published)) : null);
}

function publishForm(b) {
  const blocking = (b.store.facts.problems ?? []).filter((p) => p.level === "blocks");
  const checked = b.store.claims.filter((c) => b.store.targetsOf(c).some((t) => c.choices?.[t.key]?.[0]));
  const args = () => ({ url: typed(b, "p/url"), on: typed(b, "p/on"), despite: typed(b, "p/despite"), language: typed(b, "p/language"), claims: picked(b, "p/claims") });
  return form(b, "publish", "", [
    field(b, "p/url", b.w("link"), { dir: "ltr" }), field(b, "p/on", b.w("on_day"), { dir: "ltr", hint: `${b.w("date_hint")} (${b.w("today_hint")})` }),
    blocking.length ? field(b, "p/despite", b.w("publish_despite"), { hint: b.w("blocking_count", blocking.length) }) : null,
    folded(b, "p/more", b.w("more"), () => [
      fileField(b, "p/file", b.w("as_published")), draftSelect(b, "p/language", b.w("page_language"), [["", b.w("every_language")], ...languages(b)]),
      checked.length > 1 ? choices(b, "p/claims", b.w("about_claims"), checked.map((c) => [c.id, [`${b.n(c.number)}: `, say(clip(c.text, 80))]]), { multiple: true }) : null,
    ], b.files.has("p/file")),
  ], () => withFile(b, "p/file", "publish", args(), ["p/"]), { label: b.w("publish") });
}

function correctForm(b, published) {
  const args = () => ({ kind: picked(b, "c/kind", "correction")[0], what: typed(b, "c/what"), why: typed(b, "c/why"), url: typed(b, "c/url"), on: typed(b, "c/on"), of: typed(b, "c/of", published.at(-1).id) });
  return form(b, "correct", "", [
    choices(b, "c/kind", b.w("kind"), CORRECTIONS.map((kind) => [kind, b.w(kind)]), { value: "correction", inline: true }),
    published.length > 1 ? draftSelect(b, "c/of", b.w("corrects"), published.map((p) => [p.id, `${b.n(p.on)} · ${visible(p.url)}`]), published.at(-1).id) : null,
    field(b, "c/what", b.w("what_corrected"), { area: true, rows: 2 }), field(b, "c/why", b.w("why_corrected"), { area: true, rows: 2 }), field(b, "c/url", b.w("link"), { dir: "ltr" }), field(b, "c/on", b.w("on_day"), { dir: "ltr", hint: `${b.w("date_hint")} (${b.w("today_hint")})` }),
    folded(b, "c/more", b.w("more"), () => fileField(b, "c/file", b.w("as_corrected")), b.files.has("c/file")),
  ], () => withFile(b, "c/file", "correct", args(), ["c/"]), { label: b.w("correct") });
}

// ---- reports and the bundle

export function reports(b) {
  const formats = b.model.get("formats") ?? [];
  if (!formats.length) return null;
  const common = () => ({ preset: typed(b, "report/preset"), leave_out: picked(b, "report/out") });
  const write = async (command, args) => { const path = await b.ask(command, { ...args, ...common() }, { silent: true }); if (typeof path === "string") await wrote(b, path); };
  const still = async () => { const found = await b.ask("still_readable", common(), { silent: true }); if (found) { b.set({ still: found }); b.say(b.w("still_count", found.length)); } };
  const missing = Object.fromEntries(Object.entries(b.model.get("missing") ?? {}).filter(([format]) => formats.includes(format)));
  const leaving = common().preset || common().leave_out.length;
  return h("div", { class: "fcw-form", key: "reports" }, heading(b.w("report")),
    h("div", { class: "fcw-row" }, draftSelect(b, "report/lang", b.w("report_language"), languages(b), b.lang), draftSelect(b, "report/preset", b.w("for_whom"), PRESETS.map((preset) => [preset, b.w(`preset_${preset || "all"}`)]))),
    folded(b, "report/out", b.w("leave_out"), () => choices(b, "report/out", "", LEFT_OUT.map((part) => [part, b.w(`part_${part}`)]), { multiple: true }), common().leave_out.length > 0),
    leaving ? h("div", {}, button(b, b.w("still_readable"), still, { "data-key": "report/still" }), b.ui.still ? h("ul", { class: "fcw-plain fcw-listed" }, b.ui.still.map((each, i) => h("li", { key: i }, say(each.text), " · ", h("button", { type: "button", class: "fcw-jump", "data-key": `still/${i}`, onClick: () => b.jump(b.store.tables.verdicts.get(each.register.split(":")[1])?.target ?? each.register.replace(":", "/")) }, registerName(b, each.register)))), b.ui.still.length ? null : h("li", {}, b.w("still_none"))) : null) : null,
    h("div", { class: "fcw-actions" }, formats.map((format) => button(b, FORMATS[format] ?? format.toUpperCase(), () => write("report", { format, lang: typed(b, "report/lang", b.lang) }), { key: format, "data-key": `report/${format}`, disabled: Boolean(missing[format]) })),
      button(b, b.w("bundle"), () => write("bundle", {}), { class: "fcw-main", "data-key": "report/bundle" })),
    Object.keys(missing).length ? h("p", { class: "fcw-soft" }, `${b.w("not_installed")} ${Object.keys(missing).map((format) => FORMATS[format] ?? format.toUpperCase()).join("، ")}. ${b.w("install_with")} `, h("code", { dir: "ltr" }, `pip install "factcheck-workbench[${[...new Set(Object.values(missing))].join(",")}]"`)) : null,
    h("p", { class: "fcw-soft" }, b.w("bundle_hint")),
    b.ui.written?.length ? h("ul", { class: "fcw-plain fcw-listed", "aria-label": b.w("written_to") }, b.ui.written.map(({ path, href }) => h("li", { key: path }, h("bdi", { dir: "ltr" }, told(path)), " ", href ? h("a", { href, target: "_blank", rel: "noopener", "data-key": `open/${nameOf(path)}` }, b.w("open_file")) : null, " ", button(b, b.w("download"), () => download(b, path), { "data-key": `download/${nameOf(path)}`, "aria-label": `${b.w("download")}: ${nameOf(path)}` })))) : null);
}

const nameOf = (path) => path.split(/[\\/]/).at(-1);

/** What the page says of the server around it (JupyterLab, Notebook); empty where there is none of these. */
function server() {
  try { return JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "{}"); } catch { return {}; }
}

/** A file was written: say where, and offer to open it through the server, if that shows the folder, and to download it. */
async function wrote(b, path) {
  const { baseUrl = "", serverRoot = "" } = server();
  const place = serverRoot ? await b.store.ask("place", { path, root: serverRoot }, { quiet: true }) : null;
  const href = place?.ok && place.value ? `${baseUrl}files/${place.value.split("/").map(encodeURIComponent).join("/")}` : "";
  b.set({ written: [{ path, href }, ...(b.ui.written ?? []).filter((other) => other.path !== path)].slice(0, 5) });
  b.say(`${b.w("written_to")} \u2068${path}\u2069`);
}

async function download(b, path) {
  const answer = await b.store.ask("file", { path });
  if (!answer.ok) return b.refused({ ...answer, command: "file" }, null, []);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([answer.bytes], { type: "application/octet-stream" }));
  link.download = answer.value;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return b.say(`${b.w("downloaded")} \u2068${answer.value}\u2069`);
}

const FORMATS = { markdown: "Markdown", parquet: "Parquet", claimreview: "ClaimReview", datafeed: "DataFeed", card: "TXT" };

function registerName(b, register) {
  const [kind, id] = register.split(":");
  if (kind === "claim") return `${b.w("claim")} ${b.n(b.store.claim(id)?.number ?? "?")}`;
  const words = { evidence: "evidence", verdict: "result", search: "searches", contact: "contacts", draft: "draft", review: "review", publication: "publication", group: "one_source" };
  return b.w(words[kind] ?? "history");
}

// ---- the ledger

export const ledgerState = (b) => folded(b, "ledger", b.w("ledger"), () => {
  const verify = async () => { const found = await b.ask("verify", {}, { silent: true }); if (found) { b.set({ verified: found }); b.say(b.w(found.ok ? "ledger_holds" : "ledger_broken"), !found.ok); } };
  const stamp = async () => { const entries = await b.ask("stamp", {}, { silent: true }); if (entries) b.say(b.w("stamped", entries)); };
  const found = b.ui.verified;
  return h("div", {}, h("p", { class: "fcw-soft" }, b.w("ledger_hint")),
    h("div", { class: "fcw-actions" }, button(b, b.w("verify"), verify, { class: "fcw-main", "data-key": "ledger/verify" }), button(b, b.w("stamp"), stamp, { "data-key": "ledger/stamp" })),
    found ? h("div", {}, h("p", { class: found.ok ? "" : "fcw-alarm" }, h("strong", {}, b.w(found.ok ? "ledger_holds" : "ledger_broken")), soft(` · ${b.w("ledger_counts", found.entries, found.persons, found.captures)}`)),
      h("ul", { class: "fcw-plain fcw-listed" }, HELD.filter((name) => found.held[name] !== null).map((name) => h("li", { key: name, class: found.held[name] ? "" : "fcw-alarm" }, `${found.held[name] ? "✓" : "✗"} ${b.w(`held_${name}`)}`))),
      h("p", { class: "fcw-soft" }, `${b.w("root")} `, h("bdi", { dir: "ltr" }, found.root)),
      found.findings.length ? h("ul", { class: "fcw-cards", lang: "en", dir: "ltr" }, found.findings.map((each, i) => h("li", { class: `fcw-card${each.level === "error" ? " fcw-blocks" : ""}`, key: i }, h("strong", {}, told(each.place)), ": ", told(each.message), each.remedy ? h("div", { class: "fcw-soft" }, told(each.remedy)) : null))) : null) : null);
});
