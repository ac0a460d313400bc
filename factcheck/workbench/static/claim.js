// @ts-check
// One claim: what it says, what it is, its chains, how we check it, what it has to do with other claims.
import { h } from "./vendor/preact.js";
import { clip, say, told, visible } from "./text.js";
import { chainEditor, chainView } from "./chain.js";
import { button, field, folded, form, heading, ratingLabel, select, soft, tick, typed } from "./parts.js";
import { historyLines } from "./history.js";

const KINDS = ["event", "state", "quantity", "prediction", "intent", "opinion"];
const RELATIONS = ["offered_as_proof_of", "same_as", "contradicts", "depends_on"];

export function claimTab(b) {
  const c = b.chosen;
  if (!c) return h("div", {}, h("p", { class: "fcw-soft" }, b.w("pick_hint"), " ", b.w("select_hint")), factsForm(b));
  const seen = { saw: { [`claim:${c.id}`]: c.v ?? "" } };
  const edit = (changes) => b.ask("edit", { id: c.id, ...changes }, seen);
  const options = (values, prefix = "") => values.map((value) => [value, b.w(prefix + value)]);
  return h("div", { key: c.id },
    h("blockquote", { class: "fcw-quote", lang: b.store.article.lang }, say(c.text)),
    c.others ? h("p", { class: "fcw-alarm" }, b.w("two_values")) : null,
    h("div", { class: "fcw-tools" },
      select(b, `kind/${c.id}`, b.w("kind"), c.kind, options(KINDS), (kind) => edit({ kind })),
      select(b, `polarity/${c.id}`, b.w("polarity"), c.polarity, options(["asserts", "denies", "doubts"]), (polarity) => edit({ polarity })),
      select(b, `priority/${c.id}`, b.w("priority"), c.priority, options(["high", "normal", "low"], "priority_"), (priority) => edit({ priority })),
      tick(b, `checkable/${c.id}`, b.w("checkable"), c.checkable, (checkable) => edit({ checkable }))),
    h("p", { class: "fcw-soft fcw-why" }, b.w(c.shown), c.because ? [": ", say(c.because)] : null, b.ui.why[c.id] && b.both(b.ui.why[c.id]) ? ` · ${b.w("why_proposed")}: ${told(b.both(b.ui.why[c.id]))}` : null),
    decisions(b, c),
    heading(b.w("chain_printed")), chainView(b, c.printed), chainEditor(b, c, "printed"),
    heading(b.w("chain_established")), c.established ? chainView(b, c.established, c.printed) : h("p", { class: "fcw-soft" }, b.w("not_established")), chainEditor(b, c, "established"),
    heading(b.w("targets")), targets(b, c),
    restateForm(b, c),
    relations(b, c),
    folded(b, `note/${c.id}`, b.w("note"), () => form(b, `note/${c.id}`, "", [field(b, `notes/${c.id}`, b.w("note"), { area: true, value: c.note ?? "" })], (saw) => b.ask("note", { id: c.id, note: typed(b, `notes/${c.id}`, c.note ?? "") }, { saw, clear: [`notes/${c.id}`] }), { saw: [`claim:${c.id}`, c.v] }), Boolean(c.note)),
    folded(b, `history/${c.id}`, b.w("history_of"), () => historyOf(b, c.id)));
}

function historyOf(b, id) {
  const held = b.ui.history;
  if (held?.subject !== id || held.version !== b.store.version) {
    if (b.ui.historyAsked !== `${id}/${b.store.version}`) {
      b.ui.historyAsked = `${id}/${b.store.version}`;
      b.loadHistory(id).then(() => { if (b.ui.history) b.ui.history.version = b.store.version; });
    }
    if (held?.subject !== id) return h("p", { class: "fcw-soft" }, b.w("loading"));
  }
  return historyLines(b, held.lines);
}

/** Accept, merge, set aside, dismiss, take back. */
function decisions(b, c) {
  const neighbours = b.store.claims.filter((o) => o.status !== "dismissed" && o.id !== c.id && Math.abs(o.number - c.number) <= 2);
  const because = `because/${c.id}`;
  /** The button that was pressed goes; what comes next in the work gets the focus. */
  const then = async (command, next) => {
    const byKeys = document.activeElement?.matches(":focus-visible");
    const done = await b.ask(command, { ids: [c.id] });
    if (!done || b.chosen?.id !== c.id) return;
    b.redraw();
    // With the mouse nothing scrolls: what lies under the pointer stays there.
    const found = /** @type {HTMLElement | null} */ (b.root.querySelector(`[data-key="${CSS.escape(next)}"]`));
    if (b.root.contains(document.activeElement)) found?.focus({ preventScroll: !byKeys });
  };
  const reasoned = (command) => {
    const reason = b.drafts.get(because).trim();
    if (!reason) { b.say(b.w("refused_because"), true); return b.focusKey(because); }
    return b.ask(command, { ids: [c.id], because: reason }, { clear: [because] });
  };
  return h("div", {},
    h("div", { class: "fcw-actions" },
      c.status === "proposed" ? button(b, b.w("accept"), () => then("accept", "claim/check"), { class: "fcw-main", key: "accept", "data-key": "claim/accept" }) : null,
      c.status !== "dismissed" && !c.choices?.content?.[0] ? button(b, b.w("check_this"), () => then("check", `to/evidence/content/${c.id}`), { key: "check", "data-key": "claim/check" }) : null,
      c.status === "dismissed" ? button(b, b.w("restore"), () => b.ask("restore", { ids: [c.id] }), { class: "fcw-main", key: "restore", "data-key": "claim/restore" }) : null,
      neighbours.length && c.status !== "dismissed" ? h("span", { class: "fcw-group", key: "merge" }, soft(b.w("merge")), neighbours.map((o) => button(b, b.n(o.number), async () => { const id = await b.ask("merge", { ids: [c.id, o.id] }); if (typeof id === "string") b.choose(id); }, { key: o.id, "aria-label": `${b.w("merge")} ${b.n(o.number)}`, title: visible(clip(o.text, 80)), "data-key": `claim/merge/${o.number}` }))) : null),
    c.status === "dismissed" ? null : h("div", { class: "fcw-row" }, field(b, because, b.w("because"), { attributes: { list: `${b.uid}-reasons` } }), h("datalist", { id: `${b.uid}-reasons` }, ["reason_opinion", "reason_repeats", "reason_vague", "reason_outside", "reason_no_claim"].map((reason) => h("option", { key: reason, value: b.w(reason) }))),
      button(b, b.w("set_aside_do"), () => reasoned("set_aside"), { "data-key": "claim/aside" }), button(b, b.w("dismiss"), () => reasoned("dismiss"), { "data-key": "claim/dismiss" })));
}

/** What of this claim we check: its content, and whether each step said it. */
function targets(b, c) {
  return h("ul", { class: "fcw-targets" }, b.store.targetsOf(c).map((t) => {
    const choice = c.choices?.[t.key];
    const { found, sources } = b.store.evidenceOn(t.target);
    const toggle = (check) => {
      const because = b.drafts.get(`because/${c.id}`).trim();
      if (!check && !because) { b.say(b.w("refused_because"), true); b.focusKey(`because/${c.id}`); return undefined; }
      return b.ask("choose", { targets: [t.target], check, because: check ? "" : because });
    };
    return h("li", { key: t.target }, tick(b, `target/${t.target}`, targetLabel(b, t), choice?.[0], toggle, { disabled: c.status === "dismissed" }),
      choice && !choice[0] ? soft(` · ${b.w("set_aside")}: `, say(choice[1])) : null,
      found.length ? soft(` · ${b.w("sources_count", found.length, sources)}`) : null,
      b.store.on("verdicts", t.target).map((v) => [" · ", ratingLabel(b, v)]),
      h("span", { class: "fcw-actions" }, button(b, b.w("to_evidence"), () => { b.drafts.keep("e/bears", t.target); b.open("evidence"); }, { "data-key": `to/evidence/${t.target}` }), button(b, b.w("to_result"), () => { b.ui.target = t.target; b.open("result"); }, { "data-key": `to/result/${t.target}` })));
  }));
}

/** A target in words, with foreign names isolated. */
export function targetLabel(b, t) {
  if (t.kind === "content") return b.w("content");
  if (t.kind === "step") return [b.w("said_by"), " ", say(t.step.source), t.which === "established" ? ` (${b.w("established_short")})` : ""];
  return b.w(t.kind === "article" ? "article_target" : t.kind);
}

function restateForm(b, c) {
  const short = (lang) => field(b, `short/${lang}/${c.id}`, `${b.w("short_form")} ${b.w(lang === "ar" ? "in_arabic" : "in_english")}`, { value: c.short?.[lang] ?? "", attributes: { maxlength: 74 } });
  const whole = (lang) => field(b, `${lang}/${c.id}`, b.w(lang === "ar" ? "in_arabic" : "in_english"), { area: true, rows: 2, value: c.as_checked?.[lang] ?? "", attributes: { lang } });
  const names = ["ar", "en"].flatMap((lang) => [`${lang}/${c.id}`, `short/${lang}/${c.id}`]);
  const values = (prefix, held) => Object.fromEntries(["ar", "en"].map((lang) => [lang, typed(b, `${prefix}${lang}/${c.id}`, held?.[lang] ?? "")]));
  return form(b, `restate/${c.id}`, b.w("as_checked"), [h("p", { class: "fcw-soft" }, b.w("as_checked_hint")), whole("ar"), whole("en"), folded(b, `short/${c.id}`, b.w("more"), () => [short("ar"), short("en")], Boolean(c.short?.ar || c.short?.en))],
    (saw) => b.ask("restate", { id: c.id, as_checked: values("", c.as_checked), short: values("short/", c.short) }, { saw, clear: names }), { saw: [`claim:${c.id}`, c.v] });
}

function relations(b, c) {
  const name = `relate/${c.id}`;
  const others = b.store.claims.filter((o) => o.id !== c.id && o.status !== "dismissed");
  const incoming = b.store.claims.flatMap((o) => (o.relations ?? []).filter(([, id]) => id === c.id).map(([kind]) => [kind, o]));
  const label = (o) => `${b.n(o.number)}: ${visible(clip(o.text, 60))}`;
  return folded(b, name, `${b.w("relations")} (${b.n((c.relations ?? []).length + incoming.length)})`, () => h("div", {},
    h("ul", { class: "fcw-plain" }, (c.relations ?? []).map(([kind, id]) => { const o = b.store.claim(id); return h("li", { key: kind + id }, `${b.w(kind)} `, o ? h("bdi", {}, label(o)) : "?", " ", button(b, b.w("remove"), () => b.ask("relate", { id: c.id, kind, other: id, remove: true }), { "data-key": `${name}/remove/${kind}/${id}` })); }),
      incoming.map(([kind, o]) => h("li", { key: `in${kind}${o.id}` }, soft(h("bdi", {}, label(o)), ` — ${b.w(kind)} ${b.w("this_claim")}`)))),
    others.length ? h("div", { class: "fcw-row" },
      select(b, `${name}/kind`, b.w("relation"), typed(b, `${name}/kind`, "offered_as_proof_of"), RELATIONS.map((kind) => [kind, b.w(kind)]), (kind) => { b.drafts.keep(`${name}/kind`, kind); b.draw(); }),
      select(b, `${name}/other`, b.w("other_claim"), typed(b, `${name}/other`, others[0].id), others.slice(0, 500).map((o) => [o.id, label(o)]), (id) => { b.drafts.keep(`${name}/other`, id); b.draw(); }),
      button(b, b.w("relate"), () => b.ask("relate", { id: c.id, kind: typed(b, `${name}/kind`, "offered_as_proof_of"), other: typed(b, `${name}/other`, others[0].id) }, { clear: [`${name}/`] }), { "data-key": `${name}/add` })) : null));
}

/** Where and when the article appeared, said once. */
export function factsForm(b) {
  const facts = b.store.facts.facts ?? {};
  const names = ["outlet", "published", "author", "url", "archived_url"];
  const line = (name, label, dir = "auto") => field(b, `facts/${name}`, label, { attributes: name === "published" ? { placeholder: b.w("date_hint") } : {}, value: facts[name]?.value ?? "", dir, hint: facts[name] && facts[name].origin !== "person" ? `${b.w("read_from")}: ${facts[name].origin === "credit line" ? b.w("credit") : told(facts[name].origin)}` : "" });
  const unknown = () => { for (const name of ["outlet", "published"]) if (!typed(b, `facts/${name}`, facts[name]?.value ?? "").trim()) b.drafts.keep(`facts/${name}`, b.w("unknown_do")); return send(); };
  const send = () => b.ask("describe_article", Object.fromEntries(names.map((name) => [name, typed(b, `facts/${name}`, facts[name]?.value ?? "").replace(/^(غير معروف|Unknown)$/, "unknown")])), { clear: ["facts/"] });
  return form(b, "facts", b.w("appeared"), [line("outlet", b.w("outlet")), line("published", b.w("published"), "ltr"), folded(b, "facts", b.w("more"), () => [line("author", b.w("author")), line("url", b.w("link"), "ltr"), line("archived_url", b.w("archived_copy"), "ltr")])], send,
    { extra: button(b, b.w("unknown_do"), unknown, { "data-key": "facts/unknown" }) });
}
