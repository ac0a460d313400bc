// @ts-check
// The evidence of a case: what was found, what it bears on, which pieces go back to one source.
import { h } from "./vendor/preact.js";
import { address, say, told } from "./text.js";
import { button, field, folded, form, heading, select, soft, typed } from "./parts.js";
import { STANCES, attachForm, evidenceLine, importPage, stanceChoices, targetChoices } from "./sources.js";
import { openPassage } from "./passage.js";

export function evidenceTab(b) {
  const all = [...b.store.tables.evidence].map(([id, e]) => ({ id, ...e }));
  const mine = new Set(b.chosen ? b.store.targetsOf(b.chosen).flatMap((t) => b.store.on("bearings", t.target).map((x) => x.evidence)) : []);
  const here = all.filter((e) => mine.has(e.id)), elsewhere = all.filter((e) => !mine.has(e.id));
  return h("div", {},
    folded(b, "attach", b.w("attach"), () => attachForm(b), true),
    groups(b, all), proposedSources(b, all),
    b.chosen ? heading(`${b.w("evidence_on", b.chosen.number)} (${b.n(here.length)})`) : null,
    cards(b, here),
    elsewhere.length ? [b.chosen ? heading(`${b.w("other_evidence")} (${b.n(elsewhere.length)})`) : null, cards(b, elsewhere)] : null,
    all.length ? null : h("p", { class: "fcw-soft" }, b.w("no_evidence")));
}

const cards = (b, list) => h("ul", { class: "fcw-cards" }, list.map((e) => card(b, e)));

function card(b, e) {
  const group = [...b.store.tables.groups].find(([, g]) => g.evidence.includes(e.id));
  const orphan = e.quote && !e.anchor;
  return h("li", { class: `fcw-card${b.ui.card === e.id ? " fcw-chosen" : ""}`, key: e.id, "data-card": e.id },
    h("div", { class: "fcw-card-head" }, h("label", { class: "fcw-choice" }, h("input", { type: "checkbox", "data-key": `group/${e.id}`, checked: b.ui.sources.has(e.id), "aria-label": b.w("pick_for_group"), onChange: () => pickSource(b, e.id) }), " ", h("strong", {}, evidenceLine(b, e))),
      e.primary ? soft(` · ${b.w("primary")}`) : null, group ? soft(` · ${b.w("one_source")}: `, say(group[1].name)) : null),
    e.url ? h("div", {}, address(e.url)) : null,
    e.offline ? h("p", { class: "fcw-soft" }, `${b.w(e.offline.kind)} · `, say(e.offline.who), e.offline.when ? [" · ", say(e.offline.when)] : null, e.offline.how ? [" · ", say(e.offline.how)] : null) : null,
    quoteView(b, e),
    orphan ? h("p", { class: "fcw-alarm" }, `${b.w("orphan")} `, e.capture?.text ? button(b, b.w("place_by_hand"), () => openPassage(b, e.id), { "data-key": `place/${e.id}` }) : null) : null,
    e.capture ? h("p", { class: "fcw-soft" }, `${b.w(e.capture.how)} `, h("bdi", { dir: "ltr" }, b.time(e.capture.at)), ` · ${b.w("fingerprint")} `, h("bdi", { dir: "ltr", title: e.capture.sha256 }, `${e.capture.sha256.slice(0, 12)}…`), e.capture.flags.map((flag) => h("span", { class: "fcw-alarm", key: flag }, ` · ${b.w("capture_flag")}: `, told(flag)))) : null,
    linkState(b, e),
    e.archived_url ? h("p", {}, soft(`${b.w("archived_copy")}: `), address(e.archived_url)) : null,
    e.url && !e.capture ? waiting(b, e) : null,
    bearings(b, e),
    h("div", { class: "fcw-actions" }, e.capture?.text ? button(b, b.w("choose_passage"), () => openPassage(b, e.id), { "data-key": `passage/${e.id}` }) : null),
    folded(b, `bear/${e.id}`, b.w("bears_more"), () => bearForm(b, e)),
    folded(b, `edit/${e.id}`, b.w("more"), () => [detailsForm(b, e), translateForm(b, e), e.url && e.capture ? null : null, withdraw(b, e)]));
}

/** How the link is now, and what archives were asked. */
function linkState(b, e) {
  if (!e.url) return null;
  const checked = b.store.tables.rechecks.get(e.id);
  const asked = [...b.store.tables.archives].filter(([, r]) => r.url === e.url || r.url.replace(/\/$/, "") === e.url.replace(/\/$/, ""));
  return h("div", {}, checked ? h("p", { class: checked.state === "alive" && checked.passage !== "missing" ? "fcw-soft" : "fcw-alarm" }, `${b.w("rechecked")} `, h("bdi", { dir: "ltr" }, b.time(checked.at)), ": ", told(b.both(checked.words))) : null,
    asked.map(([id, r]) => h("p", { class: "fcw-soft", key: id }, say(r.archive), ": ", told(b.both(r.words)), r.memento ? [" · ", address(r.memento)] : null)),
    h("div", { class: "fcw-actions" }, button(b, b.w("recheck"), () => b.ask("recheck", { ids: [e.id] }), { "data-key": `recheck/${e.id}` }), asked.some(([, r]) => ["waiting", "done"].includes(r.state)) ? null : button(b, b.w("ask_archive"), () => b.ask("ask_archive", { id: e.id }), { "data-key": `archive/${e.id}` })));
}

/** The quote, and its translation beside it. */
function quoteView(b, e) {
  if (!e.quote) return h("p", { class: "fcw-soft" }, b.w("no_quote"));
  const how = e.anchor ? b.w(`anchor_${e.anchor}`) : "";
  return h("div", { class: "fcw-beside" }, h("blockquote", { lang: e.quote_language || undefined }, say(e.quote), how ? soft(` · ${how}`) : null),
    e.translation ? h("blockquote", { class: "fcw-translation", lang: e.translation.language }, say(e.translation.text), soft(` — ${e.translation.by ? "" : b.w("translation")}`, e.translation.by ? say(e.translation.by) : null)) : null);
}

function waiting(b, e) {
  const code = e.problem?.code ?? "";
  const known = b.model.get("words")[`problem_${code}`] ? `problem_${code}` : code.startsWith("http-") ? "problem_http" : "problem_other";
  return h("div", { class: "fcw-waiting" }, h("p", { class: "fcw-alarm" }, `${b.w("waiting_link")}: ${b.w(known, code.replace("http-", ""))}`),
    e.problem && !b.arabic ? h("p", { class: "fcw-soft" }, told(e.problem.message)) : e.problem ? folded(b, `problem/${e.id}`, b.w("exactly"), () => h("p", { dir: "ltr", lang: "en" }, told(e.problem.message))) : null,
    h("div", { class: "fcw-actions" }, button(b, b.w("retry"), () => b.ask("retry", { id: e.id }), { "data-key": `retry/${e.id}` })), importPage(b, e.id));
}

function bearings(b, e) {
  const found = [...b.store.tables.bearings].filter(([, x]) => x.evidence === e.id);
  if (!found.length) return h("p", { class: "fcw-soft" }, b.w("bears_nothing"));
  return h("ul", { class: "fcw-plain" }, found.map(([id, x]) => h("li", { key: id, class: `fcw-stance-${x.stance}` },
    select(b, `stance/${id}`, h("bdi", {}, b.targetName(x.target)), x.stance, STANCES.map((stance) => [stance, b.w(stance)]), (stance) => b.ask("bear", { id: e.id, targets: [x.target], stance, note: x.note })),
    x.note ? soft(" ", say(x.note)) : null, button(b, b.w("remove"), () => b.ask("unbear", { id }), { "data-key": `unbear/${id}`, "aria-label": `${b.w("remove")}: ${b.targetName(x.target)}` }))));
}

function bearForm(b, e) {
  const name = `bears/${e.id}`;
  return form(b, name, "", [targetChoices(b, `${name}/targets`, b.w("bears_on")), stanceChoices(b, `${name}/stance`), field(b, `${name}/note`, b.w("note"))], () => b.ask("bear", {
    id: e.id, targets: typed(b, `${name}/targets`).split("\n").filter(Boolean), stance: typed(b, `${name}/stance`, "supports"), note: typed(b, `${name}/note`),
  }, { clear: [`${name}/`] }));
}

function detailsForm(b, e) {
  const name = `details/${e.id}`;
  const names = [["title", "title"], ["outlet", "outlet"], ["author", "author"], ["published", "published", "ltr"], ["archived_url", "archived_copy", "ltr"], ["primary_reason", "primary_reason"], ["reliability", "reliability"], ["interests", "interests"], ["note", "note"]];
  return form(b, name, b.w("details"), names.map(([key, label, dir]) => field(b, `${name}/${key}`, b.w(label), { value: e[key], dir: dir ?? "auto" })),
    (saw) => b.ask("edit_evidence", { id: e.id, ...Object.fromEntries(names.map(([key]) => [key, typed(b, `${name}/${key}`, e[key])])) }, { saw, clear: [`${name}/`] }), { saw: [`evidence:${e.id}`, e.v] });
}

function translateForm(b, e) {
  if (!e.quote) return null;
  const name = `translate/${e.id}`;
  return form(b, name, b.w("translation"), [field(b, `${name}/text`, b.w("translation"), { area: true, value: e.translation?.text ?? "" }), field(b, `${name}/by`, b.w("translator"), { value: e.translation?.by ?? "", hint: b.w("translator_hint") })],
    (saw) => b.ask("translate", { id: e.id, text: typed(b, `${name}/text`, e.translation?.text ?? ""), by: typed(b, `${name}/by`, e.translation?.by ?? "") }, { saw, clear: [`${name}/`] }), { saw: [`evidence:${e.id}`, e.v] });
}

function withdraw(b, e) {
  const name = `withdraw/${e.id}`;
  return form(b, name, "", [field(b, `${name}/because`, b.w("because"))], () => b.ask("withdraw_evidence", { id: e.id, because: typed(b, `${name}/because`) }, { clear: [`${name}/`] }), { label: b.w("withdraw_evidence") });
}

// ---- independent sources

/** What tools propose on sources and circular sourcing; asked for when evidence has changed, decided by a person. */
function proposedSources(b, all) {
  if (!all.length) return null;
  const stamp = [...b.store.tables.evidence].map(([id, e]) => id + e.v).join() + [...b.store.tables.groups.keys()].join();
  if (b.ui.sourcesAsked !== stamp) {
    b.ui.sourcesAsked = stamp;
    b.store.ask("sources", {}, { quiet: true }).then((answer) => { if (answer.ok) b.set({ proposed: answer.value }); });
  }
  const { proposed = [], alarms = [] } = b.ui.proposed ?? {};
  const name = (id) => { const e = b.store.tables.evidence.get(id); return e ? say(e.title || e.outlet || e.url) : null; };
  return h("div", {}, alarms.map((alarm) => h("p", { class: "fcw-alarm", key: alarm.evidence + alarm.text.en }, name(alarm.evidence), ": ", told(b.both(alarm.text)))),
    proposed.map((source) => h("div", { class: "fcw-card", key: source.id },
      h("p", {}, h("strong", {}, b.w("likely_one_source"), " ", told(b.both(source.name)))), h("ul", { class: "fcw-plain" }, source.evidence.map((id) => h("li", { key: id }, name(id)))),
      h("p", { class: "fcw-soft" }, source.reasons.map((reason) => told(b.both(reason))).join(" · ")),
      h("div", { class: "fcw-actions" }, button(b, b.w("accept_source"), () => b.ask("accept_sources", { ids: [source.id] }), { class: "fcw-main", "data-key": `sources/accept/${source.id}` })),
      form(b, `separate/${source.id}`, "", [field(b, `separate/${source.id}/because`, b.w("because"))], () => b.ask("separate", { ids: source.evidence, because: typed(b, `separate/${source.id}/because`) }, { clear: [`separate/${source.id}/`] }), { label: b.w("separate") }))));
}

function pickSource(b, id) {
  const sources = new Set(b.ui.sources);
  if (sources.has(id)) sources.delete(id); else sources.add(id);
  b.set({ sources });
}

function groups(b, all) {
  const named = new Map(all.map((e) => [e.id, e]));
  const held = [...b.store.tables.groups];
  const chosen = [...b.ui.sources].filter((id) => named.has(id));
  if (!held.length && !chosen.length) return null;
  return h("div", { class: "fcw-groups" },
    held.map(([id, g]) => h("p", { key: id }, h("strong", {}, `${b.w("one_source")}: `, say(g.name)), soft(` · ${b.w("links_count", g.evidence.filter((x) => named.has(x)).length)}`, g.reason ? [" · ", say(g.reason)] : null), " ", button(b, b.w("ungroup"), () => b.ask("ungroup", { id }), { "data-key": `ungroup/${id}` }))),
    chosen.length ? form(b, "group", b.w("group_title", chosen.length), [field(b, "group/name", b.w("group_name")), field(b, "group/reason", b.w("because"))], async () => {
      const id = await b.ask("group", { ids: chosen, name: typed(b, "group/name"), reason: typed(b, "group/reason") }, { clear: ["group/"] });
      if (id) b.set({ sources: new Set() });
      return id;
    }, { label: b.w("group_do"), extra: button(b, b.w("cancel"), () => b.set({ sources: new Set() }), { "data-key": "group/cancel" }) }) : null);
}
