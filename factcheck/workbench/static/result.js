// @ts-check
// Results: one place for each target. What others concluded stands side by side; one result may be given on several targets at once.
import { h } from "./vendor/preact.js";
import { clip, say, visible } from "./text.js";
import { button, choices, field, folded, form, heading, picked, ratingLabel, soft, typed } from "./parts.js";
import { evidenceLine, targetOptions } from "./sources.js";
import { targetLabel } from "./claim.js";

export function resultTab(b) {
  const c = b.chosen;
  if (b.ui.target === "picked" && b.ui.picked.size) return severalForm(b);
  if (c?.status === "proposed") return h("p", { class: "fcw-soft" }, b.w("choose_first"), " ", button(b, b.w("accept"), () => b.ask("accept", { ids: [c.id] }), { class: "fcw-main", "data-key": "result/accept" }));
  const { mine, others, own } = targetOptions(b);
  const all = [...mine, ...others, ...own].map(([target]) => target);
  const target = all.includes(b.ui.target) ? b.ui.target : all[0];
  return h("div", { key: target }, targetTabs(b, mine, [...others, ...own], target), opinions(b, target), resultForm(b, target));
}

function targetTabs(b, mine, rest, target) {
  const one = ([key, label]) => {
    const found = b.store.on("verdicts", key);
    return h("button", { type: "button", key, class: "fcw-target", "aria-pressed": String(key === target), "data-key": `result/${key}`, onClick: () => b.set({ target: key }) }, label, found.length ? soft(` · ${found.map((v) => (v.hidden ? b.w("hidden_short") : visible(b.both(v.label)))).join(" / ")}`) : null);
  };
  return h("div", { class: "fcw-targetrow", role: "group", "aria-label": b.w("target") }, mine.map(one), folded(b, "result/more", b.w("other_targets"), () => rest.map(one), !mine.length || rest.some(([key]) => key === target)));
}

/** Everybody's results on a target, side by side; when they differ, a way to settle. */
function opinions(b, target) {
  const found = b.store.on("verdicts", target);
  if (!found.length) return null;
  const differ = new Set(found.filter((v) => !v.hidden).map((v) => v.rating)).size > 1;
  return h("div", {},
    found.length > 1 ? h("p", { class: differ ? "fcw-alarm" : "fcw-soft" }, b.w(differ ? "they_differ" : "they_agree")) : null,
    h("div", { class: "fcw-beside" }, found.map((v) => h("div", { class: `fcw-card fcw-opinion fcw-tone-${v.hidden ? "none" : v.tone}`, key: v.id },
      v.hidden ? h("p", {}, say(b.store.nameOf(v.by)), `: ${b.w("hidden_until")}`) : [
        h("p", {}, ratingLabel(b, v), v.settled ? soft(` · ${b.w("settled")}`) : null, v.stale ? h("span", { class: "fcw-alarm" }, ` · ${b.w("changed_since")}`) : null),
        h("p", { class: "fcw-soft" }, say(b.store.nameOf(v.by)), " · ", `${b.w("as_of")} `, h("bdi", { dir: "ltr" }, b.n(v.as_of))),
        v.reasons ? h("p", {}, say(v.reasons)) : h("p", { class: "fcw-alarm" }, b.w("no_reasons")), v.unknown ? h("p", {}, soft(`${b.w("unknown")}: `), say(v.unknown)) : null,
        v.grounds.length ? h("ul", { class: "fcw-plain fcw-soft" }, v.grounds.map((ground) => h("li", { key: ground }, groundLine(b, ground)))) : null,
        v.by === b.store.facts.me.id ? button(b, b.w("withdraw"), () => b.ask("withdraw_verdict", { id: v.id }), { "data-key": `withdraw/${v.id}` }) : null,
      ]))),
    differ ? settleForm(b, target) : null);
}

function groundLine(b, ground) {
  const [kind, id] = ground.split(":");
  const { evidence, searches, contacts } = b.store.tables;
  if (kind === "evidence") return evidence.has(id) ? evidenceLine(b, evidence.get(id)) : b.w("withdrawn");
  if (kind === "search") return searches.has(id) ? [`${b.w(searches.get(id).outcome)}: `, say(searches.get(id).place)] : b.w("withdrawn");
  return contacts.has(id) ? [say(contacts.get(id).who), ` · ${b.w(contacts.get(id).outcome)}`] : b.w("withdrawn");
}

/** What a result can rest on: what bears on the target first. */
function groundOptions(b, targets) {
  const { evidence, searches, contacts } = b.store.tables;
  const bearing = new Set(targets.flatMap((target) => b.store.on("bearings", target).map((x) => x.evidence)));
  const line = (id, e) => {
    const stance = targets.flatMap((target) => b.store.on("bearings", target)).find((x) => x.evidence === id)?.stance;
    return [`evidence:${id}`, [evidenceLine(b, e), stance ? soft(` · ${b.w(stance)}`) : null, e.quote ? soft(" · ", say(clip(e.quote, 90))) : null]];
  };
  const on = (record) => targets.includes(record.target);
  const first = [...[...evidence].filter(([id]) => bearing.has(id)).map(([id, e]) => line(id, e)),
    ...[...searches].filter(([, s]) => on(s)).map(([id]) => [`search:${id}`, groundLine(b, `search:${id}`)]), ...[...contacts].filter(([, k]) => on(k)).map(([id]) => [`contact:${id}`, groundLine(b, `contact:${id}`)])];
  const taken = new Set(first.map(([key]) => key));
  const rest = [...[...evidence].map(([id, e]) => line(id, e)), ...[...searches].map(([id]) => [`search:${id}`, groundLine(b, `search:${id}`)]), ...[...contacts].map(([id]) => [`contact:${id}`, groundLine(b, `contact:${id}`)])].filter(([key]) => !taken.has(key));
  return { first, rest };
}

function groundChoices(b, name, targets, value = "") {
  const { first, rest } = groundOptions(b, targets);
  if (!first.length && !rest.length) return h("p", { class: "fcw-soft", key: name }, b.w("nothing_to_rest_on"));
  return h("div", { key: name }, choices(b, name, b.w("grounds"), first, { multiple: true, value }), rest.length ? folded(b, `${name}/rest`, b.w("other_grounds"), () => choices(b, name, "", rest, { multiple: true, value }), !first.length || picked(b, name, value).some((key) => rest.some(([other]) => other === key))) : null);
}

const ratingsOf = (b, target) => b.store.facts.scales?.[target.split("/")[0]] ?? [];
const ratingChoices = (b, name, target, value = "") => choices(b, name, b.w("rating"), ratingsOf(b, target).map((r) => [r.id, [h("strong", {}, visible(b.both(r.label))), soft(` — ${visible(b.both(r.meaning))}`)]]), { rating: true, value });

function unknownField(b, name, rating, target, value = "") {
  const needs = ratingsOf(b, target).find((r) => r.id === rating)?.needs_unknown;
  return field(b, name, needs ? `${b.w("unknown")} (${b.w("needed")})` : b.w("unknown"), { area: true, rows: 2, value });
}

function resultForm(b, target) {
  const p = `r/${target}/`;
  const mine = b.store.on("verdicts", target).find((v) => v.by === b.store.facts.me?.id && !v.hidden);
  const rating = picked(b, `${p}rating`, mine?.rating)[0] ?? "";
  const same = sameKind(b, target);
  const send = async () => {
    const also = picked(b, `${p}also`), reasons = typed(b, `${p}reasons`, mine?.reasons);
    const given = await b.ask("verdict", { targets: [target, ...also], rating, reasons, grounds: picked(b, `${p}grounds`, mine?.grounds.join("\n")), unknown: typed(b, `${p}unknown`, mine?.unknown) }, { clear: [p] });
    if (given && !reasons.trim()) b.say(`${b.w("no_reasons")} · ${b.w("saved", b.store.facts.entry)}`, true);
    if (given && b.ui.thenNext) nextOpen(b);
    return given;
  };
  return form(b, `verdict/${target}`, b.w(mine ? "revise_result" : "result"), [
    ratingChoices(b, `${p}rating`, target, mine?.rating), field(b, `${p}reasons`, b.w("reasons"), { area: true, value: mine?.reasons ?? "" }), groundChoices(b, `${p}grounds`, [target], mine?.grounds.join("\n")), unknownField(b, `${p}unknown`, rating, target, mine?.unknown ?? ""),
    same.length ? folded(b, `${p}also`, b.w("also_for"), () => choices(b, `${p}also`, "", same, { multiple: true }), picked(b, `${p}also`).length > 0) : null,
  ], send, { label: b.w("give_result") });
}

/** Chosen targets of other claims that take the same scale. */
function sameKind(b, target) {
  const kind = target.split("/")[0];
  return targetOptions(b).others.filter(([other]) => other !== target && other.split("/")[0] === kind);
}

/** One result for the content of every claim that is picked in the list. */
function severalForm(b) {
  const rows = [...b.ui.picked].map((id) => b.store.claim(id)).filter((c) => c && c.status === "claim");
  const targets = rows.map((c) => `content/${c.id}`);
  const p = "r/picked/";
  const rating = picked(b, `${p}rating`)[0] ?? "";
  if (!rows.length) return h("p", { class: "fcw-soft" }, b.w("choose_first"));
  return h("div", {}, heading(b.w("result_for_picked", rows.length)), h("ul", { class: "fcw-plain" }, rows.slice(0, 20).map((c) => h("li", { key: c.id }, `${b.n(c.number)}: `, say(clip(c.text, 100))))),
    form(b, "verdict/picked", "", [ratingChoices(b, `${p}rating`, targets[0]), field(b, `${p}reasons`, b.w("reasons"), { area: true }), groundChoices(b, `${p}grounds`, targets), unknownField(b, `${p}unknown`, rating, targets[0])], async () => {
      const given = await b.ask("verdict", { targets, rating, reasons: typed(b, `${p}reasons`), grounds: picked(b, `${p}grounds`), unknown: typed(b, `${p}unknown`) }, { clear: [p] });
      if (given) b.set({ picked: new Set(), target: "" });
      return given;
    }, { label: b.w("give_result") }));
}

function settleForm(b, target) {
  const p = `settle/${target}/`;
  const rating = picked(b, `${p}rating`)[0] ?? "";
  return folded(b, p, b.w("settle"), () => form(b, `settle/${target}`, b.w("settle"), [
    ratingChoices(b, `${p}rating`, target), field(b, `${p}because`, b.w("settle_because"), { area: true, rows: 2 }), field(b, `${p}reasons`, b.w("reasons"), { area: true }), groundChoices(b, `${p}grounds`, [target]), unknownField(b, `${p}unknown`, rating, target),
  ], () => b.ask("settle", { target, rating, because: typed(b, `${p}because`), reasons: typed(b, `${p}reasons`), grounds: picked(b, `${p}grounds`), unknown: typed(b, `${p}unknown`) }, { clear: [p] }), { label: b.w("settle") }));
}

/** The next target that is chosen and has no result of mine. */
export function nextOpen(b) {
  const me = b.store.facts.me?.id;
  const open = b.store.claims.flatMap((c) => (c.status === "claim" ? b.store.targetsOf(c).filter((t) => c.choices?.[t.key]?.[0] && !b.store.on("verdicts", t.target).some((v) => v.by === me)) : []));
  const next = open.find((t) => t.target !== b.ui.target) ?? open[0];
  b.ui.thenNext = false;
  if (!next) return b.say(b.w("none_open"));
  b.choose(next.claim);
  b.set({ tab: "result", target: next.target });
  b.redraw();
  return b.focus(".fcw-inspector [data-rating]");
}
