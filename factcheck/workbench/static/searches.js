// @ts-check
// Where people looked without finding, and whom they asked.
import { h } from "./vendor/preact.js";
import { address, say, told } from "./text.js";
import { button, choices, draftSelect, field, folded, form, heading, picked, soft, typed } from "./parts.js";
import { targetOptions } from "./sources.js";

const oneTarget = (b, name) => {
  const { mine, others, own } = targetOptions(b);
  const plain = (label) => (Array.isArray(label) ? label.flat(3).map((part) => (typeof part === "string" ? part : part?.props?.children ?? "")).join("") : label);
  return draftSelect(b, name, b.w("target"), [["", b.w("no_target")], ...[...mine, ...others, ...own].map(([target, label]) => [target, plain(label)])]);
};

export function searchesTab(b) {
  const outcomes = ["nothing", "could_not_open", "something_else"].map((key) => [key, b.w(key)]);
  const results = ["waiting", "answered", "silence", "declined"].map((key) => [key, b.w(key)]);
  const hits = () => { const count = parseInt(typed(b, "s/hits"), 10); return Number.isInteger(count) ? { hits: count } : {}; };
  return h("div", {}, earlierChecks(b), searchLinks(b),
    form(b, "search", b.w("search_record"), [
      field(b, "s/place", b.w("place")), field(b, "s/queries", b.w("queries"), { area: true, rows: 2 }), choices(b, "s/outcome", b.w("outcome"), outcomes, { value: "nothing", inline: true }), oneTarget(b, "s/target"),
      folded(b, "s/more", b.w("more"), () => [field(b, "s/on", b.w("on_day"), { dir: "ltr", hint: `${b.w("date_hint")} (${b.w("today_hint")})` }), field(b, "s/hits", b.w("hits"), { dir: "ltr", type: "number" }), field(b, "s/note", b.w("note"), { area: true, rows: 2 })]),
    ], () => b.ask("search", { place: typed(b, "s/place"), queries: typed(b, "s/queries"), outcome: picked(b, "s/outcome", "nothing")[0], target: typed(b, "s/target"), on: typed(b, "s/on"), note: typed(b, "s/note"), ...hits() }, { clear: ["s/"] })),
    h("ul", { class: "fcw-cards" }, [...b.store.tables.searches].map(([id, s]) => h("li", { class: "fcw-card", key: id, "data-card": id },
      h("strong", {}, b.w(s.outcome)), " · ", say(s.place), " · ", s.queries.map((query) => [h("q", {}, say(query)), " "]), soft(h("bdi", { dir: "ltr" }, b.n(s.on)), s.hits === null ? null : ` · ${b.w("hits_short", s.hits)}`),
      s.target ? h("div", { class: "fcw-soft" }, h("bdi", {}, b.targetName(s.target))) : null, s.note ? h("p", {}, say(s.note)) : null,
      h("div", { class: "fcw-actions" }, button(b, b.w("withdraw"), () => b.ask("withdraw_search", { id }), { "data-key": `search/withdraw/${id}`, "aria-label": `${b.w("withdraw")}: ${s.place}` }))))),
    form(b, "contact", b.w("contact_record"), [
      field(b, "k/who", b.w("who")), field(b, "k/how", b.w("how")), field(b, "k/question", b.w("question"), { area: true, rows: 2 }), oneTarget(b, "k/target"),
      folded(b, "k/more", b.w("more"), () => [field(b, "k/deadline", b.w("deadline"), { dir: "ltr", hint: b.w("date_hint") }), field(b, "k/on", b.w("on_day"), { dir: "ltr", hint: `${b.w("date_hint")} (${b.w("today_hint")})` }), choices(b, "k/outcome", b.w("outcome"), results, { value: "waiting", inline: true }), field(b, "k/answer", b.w("answer"), { area: true, rows: 2 })]),
    ], () => b.ask("contact", { who: typed(b, "k/who"), how: typed(b, "k/how"), question: typed(b, "k/question"), outcome: picked(b, "k/outcome", "waiting")[0], answer: typed(b, "k/answer"), target: typed(b, "k/target"), deadline: typed(b, "k/deadline"), on: typed(b, "k/on") }, { clear: ["k/"] })),
    b.store.tables.contacts.size ? heading(b.w("contacts")) : null,
    h("ul", { class: "fcw-cards" }, [...b.store.tables.contacts].map(([id, k]) => contactCard(b, id, k))));
}

/** Was the chosen claim checked before: by this desk, in its files of checks, or, when asked to, as Google knows. */
function earlierChecks(b) {
  const c = b.chosen;
  if (!c) return null;
  const name = `q/${c.id}`;
  const look = async () => {
    const found = await b.ask("earlier", { id: c.id, online: picked(b, `${name}/online`).length > 0 });
    if (found) { b.set({ earlier: { id: c.id, ...found } }); b.say(b.w("earlier_count", found.found.length)); }
    return found;
  };
  const held = b.ui.earlier?.id === c.id ? b.ui.earlier : null;
  return folded(b, `earlier/${c.id}`, b.w("earlier"), () => h("div", {},
    form(b, name, "", [h("p", { class: "fcw-soft", key: "why" }, b.w("earlier_hint")), choices(b, `${name}/online`, "", [["google", b.w("ask_google")]], { multiple: true })], look, { label: b.w("look_earlier") }),
    held ? [h("p", { class: "fcw-soft", key: "asked" }, `${b.w("earlier_asked")}: `, held.asked.map((place, i) => [i ? " · " : "", say(place)])),
      held.failed.map((each) => h("p", { class: "fcw-alarm", key: each.place }, say(each.place), ": ", h("bdi", { dir: "ltr", lang: "en" }, told(each.why)))),
      held.found.length ? h("ul", { class: "fcw-cards", key: "found" }, held.found.map((each, i) => h("li", { class: "fcw-card", key: i },
        h("strong", {}, say(each.rating || "?")), " · ", say(each.publisher || each.source), each.checked_on ? soft(" · ", h("bdi", { dir: "ltr" }, b.n(each.checked_on))) : null, soft(` · ${b.w("likeness", each.likeness)}`),
        h("p", {}, say(each.claim), each.claimant ? soft(" — ", say(each.claimant)) : null), each.url ? h("div", {}, address(each.url)) : null,
        each.case ? h("div", { class: "fcw-actions" }, button(b, b.w("open_case"), () => b.openCase(each.case), { "data-key": `earlier/open/${i}` })) : null,
        each.url ? h("div", { class: "fcw-actions" }, button(b, b.w("attach"), () => b.ask("attach", { url: each.url, title: each.title, outlet: each.publisher, bears_on: [`content/${c.id}`], stance: "context" }), { "data-key": `earlier/attach/${i}` })) : null))) : h("p", { key: "none" }, b.w("earlier_none"))] : null));
}

/** Searches for the chosen claim, ready to be opened; what was found behind them is recorded in one act. */
function searchLinks(b) {
  const c = b.chosen;
  if (!c) return null;
  const key = `links/${c.id}`;
  const load = async () => { const answer = await b.store.ask("search_links", { id: c.id }, { quiet: true }); if (answer.ok) b.set({ links: { id: c.id, list: answer.value } }); };
  return folded(b, key, b.w("search_links"), () => {
    if (b.ui.links?.id !== c.id) { if (b.ui.linksAsked !== c.id) { b.ui.linksAsked = c.id; load(); } return h("p", { class: "fcw-soft" }, b.w("loading")); }
    const name = `l/${c.id}`;
    const { list } = b.ui.links;
    return form(b, name, "", [h("p", { class: "fcw-soft" }, b.w("search_links_hint")),
      choices(b, `${name}/urls`, "", list.map((link) => [link.url, [address(link.url, link.place), ": ", say(link.query)]]), { multiple: true }),
      choices(b, `${name}/outcome`, b.w("outcome"), ["nothing", "could_not_open", "something_else"].map((outcome) => [outcome, b.w(outcome)]), { value: "nothing", inline: true })],
    () => b.ask("record_links", { id: c.id, urls: picked(b, `${name}/urls`), outcome: picked(b, `${name}/outcome`, "nothing")[0], target: `content/${c.id}` }, { clear: [`${name}/`] }), { label: b.w("record_searches") });
  });
}

function contactCard(b, id, k) {
  const name = `ka/${id}`;
  const answer = (outcome) => b.ask("answer", { id, outcome, answer: outcome === "answered" ? typed(b, name) : "" }, { clear: [name] });
  return h("li", { class: "fcw-card", key: id, "data-card": id }, h("strong", {}, say(k.who)), ` · ${b.w(k.outcome)} · `, soft(h("bdi", { dir: "ltr" }, b.n(k.on)), k.how ? [" · ", say(k.how)] : null, k.deadline ? [` · ${b.w("deadline")} `, h("bdi", { dir: "ltr" }, b.n(k.deadline))] : null),
    h("p", {}, say(k.question)), k.target ? h("div", { class: "fcw-soft" }, h("bdi", {}, b.targetName(k.target))) : null, k.answer ? h("blockquote", {}, say(k.answer), k.answered_on ? soft(" · ", h("bdi", { dir: "ltr" }, b.n(k.answered_on))) : null) : null,
    k.outcome === "waiting" ? [field(b, name, b.w("answer"), { area: true, rows: 2 }), h("div", { class: "fcw-actions" }, ["answered", "silence", "declined"].map((outcome) => button(b, b.w(outcome), () => answer(outcome), { key: outcome, "data-key": `${name}/${outcome}` })))] : null);
}
