// @ts-check
// The evidence of a case: what was found, what it bears on, which pieces go back to one source.
import { h } from "./vendor/preact.js";
import { address, say, told } from "./text.js";
import { button, field, folded, form, heading, select, soft, typed } from "./parts.js";
import { STANCES, attachForm, evidenceLine, importPage, stanceChoices, targetChoices } from "./sources.js";
import { eraseForm } from "./history.js";
import { openPassage } from "./passage.js";
import { allLinks, linkState } from "./links.js";

export function evidenceTab(b) {
  const all = [...b.store.tables.evidence].map(([id, e]) => ({ id, ...e }));
  const mine = new Set(b.chosen ? b.store.targetsOf(b.chosen).flatMap((t) => b.store.on("bearings", t.target).map((x) => x.evidence)) : []);
  const here = all.filter((e) => mine.has(e.id)), elsewhere = all.filter((e) => !mine.has(e.id));
  return h("div", {},
    folded(b, "attach", b.w("attach"), () => attachForm(b), true),
    allLinks(b, all), groups(b, all), findings(b, all),
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
    dateView(b, e), linkState(b, e),
    e.archived_url ? h("p", {}, soft(`${b.w("archived_copy")}: `), address(e.archived_url)) : null,
    e.url && !e.capture ? waiting(b, e) : null,
    bearings(b, e),
    h("div", { class: "fcw-actions" }, e.capture?.text ? button(b, b.w("choose_passage"), () => openPassage(b, e.id), { "data-key": `passage/${e.id}` }) : null),
    folded(b, `bear/${e.id}`, b.w("bears_more"), () => bearForm(b, e)),
    folded(b, `edit/${e.id}`, b.w("more"), () => [detailsForm(b, e), translateForm(b, e), withdraw(b, e), eraseForm(b, `erase/${e.id}`, e.capture ? { captures: [e.capture.sha256] } : null)]));
}

/** The quote, and its translation beside it. */
function quoteView(b, e) {
  if (!e.quote) return h("p", { class: "fcw-soft" }, b.w("no_quote"));
  const page = b.ui.findings?.pages?.[e.id];
  const how = [e.anchor ? b.w(`anchor_${e.anchor}`) : "", page ? b.w("page_number", page) : ""].filter(Boolean).join(" · ");
  return h("div", { class: "fcw-beside" }, h("blockquote", { lang: e.quote_language || undefined }, say(e.quote), how ? soft(` · ${how}`) : null),
    e.translation ? h("blockquote", { class: "fcw-translation", lang: e.translation.language }, say(e.translation.text), soft(` — ${e.translation.by ? "" : b.w("translation")}`, e.translation.by ? say(e.translation.by) : null)) : null);
}

/** Why a link could not be fetched, in words. */
function problemOf(b, e) {
  const code = e.problem?.code ?? "";
  const known = b.model.get("words")[`problem_${code}`] ? `problem_${code}` : code.startsWith("http-") ? "problem_http" : "problem_other";
  return b.w(known, code.replace("http-", ""));
}

function waiting(b, e) {
  const retry = async () => {
    const captured = await b.ask("retry", { id: e.id });
    const now = b.store.tables.evidence.get(e.id);
    if (captured !== undefined && now && !now.capture) b.say(`${b.w("still_waiting")} ${problemOf(b, now)} · ${b.w("saved", b.store.facts.entry)}`, true);
  };
  return h("div", { class: "fcw-waiting" }, h("p", { class: "fcw-alarm" }, `${b.w("waiting_link")} ${problemOf(b, e)}`), h("p", { class: "fcw-soft" }, b.w("waiting_do")),
    e.problem && !b.arabic ? h("p", { class: "fcw-soft" }, told(e.problem.message)) : e.problem ? folded(b, `problem/${e.id}`, b.w("exactly"), () => h("p", { dir: "ltr", lang: "en" }, told(e.problem.message))) : null,
    h("div", { class: "fcw-actions" }, button(b, b.w("retry"), retry, { "data-key": `retry/${e.id}` })), importPage(b, e.id));
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
  return form(b, name, b.w("details"), names.map(([key, label, dir]) => field(b, `${name}/${key}`, b.w(label), { value: e[key], dir: dir ?? "auto", hint: key === "published" ? b.w("date_hint") : "" })),
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
  return form(b, name, "", [field(b, `${name}/because`, b.w("because"))], () => b.ask("withdraw_evidence", { id: e.id, because: typed(b, `${name}/because`) }, { clear: [`${name}/`] }), { label: b.w("withdraw_evidence"), danger: true });
}

// ---- independent sources

/** What tools read out of the captures: likely one source, circular sourcing, dates. Asked for when evidence has changed, decided by a person. */
function findings(b, all) {
  if (!all.length) return null;
  const stamp = [...b.store.tables.evidence].map(([id, e]) => id + e.v).join() + [...b.store.tables.groups].map(([id, g]) => id + g.v).join();
  if (b.ui.findingsAsked !== stamp) {
    b.ui.findingsAsked = stamp;
    b.store.ask("findings", {}, { quiet: true }).then((answer) => { if (answer.ok) b.set({ findings: answer.value }); });
  }
  const { proposed = [], alarms = [] } = b.ui.findings ?? {};
  const name = (id) => { const e = b.store.tables.evidence.get(id); return e ? [say(e.title || e.outlet || e.url), e.url && e.title ? soft(" · ", h("bdi", { dir: "ltr" }, told(hostOf(e.url)))) : null] : null; };
  const alone = (ids, key) => form(b, `separate/${key}`, "", [field(b, `separate/${key}/because`, b.w("because"))], () => b.ask("separate", { ids, because: typed(b, `separate/${key}/because`) }, { clear: [`separate/${key}/`] }), { label: b.w(ids.length > 1 ? "separate" : "separate_one") });
  const alarmed = [...new Set(alarms.map((alarm) => alarm.evidence))];
  return h("div", {},
    alarmed.map((id) => h("div", { class: "fcw-card fcw-warns", key: id },
      h("button", { type: "button", class: "fcw-jump", "data-key": `alarm/${id}`, onClick: () => b.jump(`evidence/${id}`) }, h("span", { class: "fcw-level" }, b.w("circular")), " ", name(id)),
      alarms.filter((alarm) => alarm.evidence === id).map((alarm) => h("p", { key: alarm.text.en }, told(b.both(alarm.text)))),
      folded(b, `alarm/${id}`, b.w("overrule"), () => alone([id], id)))),
    proposed.map((source) => h("div", { class: "fcw-card", key: source.id },
      h("p", {}, h("strong", {}, b.w("likely_one_source"), " ", told(b.both(source.name)))), h("ul", { class: "fcw-plain fcw-listed" }, source.evidence.map((id) => h("li", { key: id }, name(id)))),
      h("p", { class: "fcw-soft" }, source.reasons.map((reason) => told(b.both(reason))).join(" · ")),
      h("div", { class: "fcw-actions" }, button(b, b.w("accept_source"), () => b.ask("accept_sources", { ids: [source.id] }), { class: "fcw-main", "data-key": `sources/accept/${source.id}` })),
      folded(b, `separate/${source.id}`, b.w("not_one"), () => alone(source.evidence, source.id)))));
}

const hostOf = (url) => { try { return new URL(url).host; } catch { return url; } };

/** When a piece was published: as a person confirmed, else as its page says. */
function dateView(b, e) {
  const found = b.ui.findings?.dates?.[e.id];
  if (!found) return null;
  const confirm = (published) => b.ask("confirm_date", { id: e.id, published });
  const others = [...new Set(found.proposals.map((each) => each.value))].filter((value) => value !== found.published);
  const day = found.published.slice(0, 10);
  return h("div", {}, h("p", { class: found.contradicts ? "fcw-alarm" : "fcw-soft" }, found.published === "unknown" ? b.w("no_date") : day ? [b.w(found.confirmed ? "date_confirmed" : "date_says"), " ", h("bdi", { dir: "ltr", title: found.origin }, b.n(day))] : b.w("date_missing"), " · ", told(b.both(found.text))),
    found.confirmed || !found.origin ? null : h("div", { class: "fcw-actions" }, button(b, b.w("confirm_date"), () => confirm(""), { "data-key": `date/${e.id}` }),
      others.map((value) => button(b, h("bdi", { dir: "ltr" }, b.n(value)), () => confirm(value), { key: value, "data-key": `date/${e.id}/${value}`, "aria-label": `${b.w("confirm_date")}: ${value}` })),
      button(b, b.w("no_date"), () => confirm("unknown"), { "data-key": `date/${e.id}/unknown` })));
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
