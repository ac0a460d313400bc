// @ts-check
// What stands against publication, the draft, and its review by a second person.
import { h } from "./vendor/preact.js";
import { say, visible } from "./text.js";
import { button, draftSelect, field, folded, form, heading, soft, tick, typed } from "./parts.js";
import { ledgerState, publishing, reports } from "./handing.js";

const PARTS = ["headline", "summary", "conclusion", "why_chosen"];

export const reviewTab = (b) => h("div", {}, problems(b), draftForm(b), reviews(b), reviewForm(b), publishing(b), reports(b), ledgerState(b), deskRules(b));

function problems(b) {
  const list = b.store.facts.problems ?? [];
  const blocking = list.filter((p) => p.level === "blocks").length;
  return folded(b, "problems", `${b.w("problems")} (${b.n(list.length)})`, () => (list.length ? h("ul", { class: "fcw-cards" }, list.map((p, i) => h("li", { class: `fcw-card fcw-${p.level}`, key: `${p.code}${p.place}` },
    h("button", { type: "button", class: "fcw-jump", "data-key": `problem/${i}`, onClick: () => b.jump(p.place) }, h("span", { class: "fcw-level" }, b.w(p.level)), " ", b.both(p.text), soft(" · ", h("bdi", {}, placeName(b, p.place)))), h("div", { class: "fcw-soft" }, b.both(p.remedy))))) : h("p", {}, b.w("no_problems"))), blocking > 0);
}

function placeName(b, place) {
  const [kind, id] = place.split("/");
  if (kind === "claim") return `${b.w("claim")} ${b.n(b.store.claim(id)?.number ?? "?")}`;
  if (kind === "evidence") { const e = b.store.tables.evidence.get(id); return visible(e?.title || e?.url || ""); }
  if (kind === "contact") return visible(b.store.tables.contacts.get(id)?.who ?? "");
  return ["content", "step", "provenance", "omission"].includes(kind) ? b.targetName(place) : b.w(kind === "settings" ? "settings" : kind);
}

// ---- the draft

function draftForm(b) {
  const held = b.store.facts.draft ?? {};
  const value = (part, lang) => held[part]?.[lang] ?? "";
  const line = (part, lang) => field(b, `d/${part}/${lang}`, b.w(part === "headline" ? "headline_hint" : part), { area: part !== "headline", rows: 3, value: value(part, lang), attributes: { lang } });
  const [first, second] = b.arabic ? ["ar", "en"] : ["en", "ar"];
  const name = (lang) => b.w(lang === "ar" ? "in_arabic" : "in_english");
  const args = () => Object.fromEntries(PARTS.map((part) => [part, Object.fromEntries(["ar", "en"].map((lang) => [lang, typed(b, `d/${part}/${lang}`, value(part, lang))]))]));
  return form(b, "draft", b.w("draft"), [
    held.by ? h("p", { class: "fcw-soft", key: "by" }, `${b.w("draft_by")} `, say(b.store.nameOf(held.by))) : null,
    h("fieldset", { key: first }, h("legend", {}, name(first)), PARTS.map((part) => line(part, first))),
    folded(b, "draft/other", name(second), () => PARTS.map((part) => line(part, second)), PARTS.some((part) => value(part, second))),
  ], (saw) => b.ask("draft", args(), { saw, clear: ["d/"] }), { label: b.w("save_draft"), saw: [`draft:${b.store.facts.case}`, held.v ?? ""] });
}

// ---- review

function reviews(b) {
  const list = b.store.facts.reviews ?? [];
  const awaiting = b.store.facts.draft && !list.some((r) => r.standing && r.decision === "sign_off" && !r.stale);
  return h("div", {}, heading(b.w("review")),
    b.store.facts.draft ? h("p", { class: awaiting ? "fcw-alarm" : "" }, b.w(awaiting ? (mayReview(b) ? "awaits_you" : "awaits_other") : "is_signed")) : h("p", { class: "fcw-soft" }, b.w("refused_draft")),
    h("ul", { class: "fcw-cards" }, list.map((r) => h("li", { class: "fcw-card fcw-review", key: r.at }, h("strong", {}, b.w(r.decision === "sign_off" ? "signed" : "returned")), " · ", say(b.store.nameOf(r.by)), soft(` · `, h("bdi", { dir: "ltr" }, b.time(r.at))), r.stale ? h("span", { class: "fcw-alarm" }, ` · ${b.w("changed_since")}`) : null, r.comment ? h("p", {}, say(r.comment)) : null))));
}

const mayReview = (b) => Boolean(b.store.facts.draft) && !(b.store.facts.authors ?? []).includes(b.store.facts.me?.id);

/** Sign as who you are; or a colleague takes the chair for this one act. */
function reviewForm(b) {
  if (!b.store.facts.draft) return null;
  const others = (b.store.facts.persons ?? []).filter((p) => p.id !== b.store.facts.me.id);
  const myself = mayReview(b);
  const who = typed(b, "v/person", myself ? "myself" : others[0]?.id ?? "new");
  const locked = others.find((p) => p.id === who)?.locked;
  const send = async (decision) => {
    const done = await b.ask("review", {
      decision, comment: typed(b, "v/comment"), ...(who === "myself" ? { myself: true } : { person: who === "new" ? "" : who, passphrase: typed(b, "secret/v"), name: typed(b, "v/name"), newsroom: typed(b, "v/newsroom") }),
    }, { clear: ["v/", "secret/v"] });
    return done;
  };
  const options = [...(myself ? [["myself", `${visible(b.store.facts.me.name)} (${b.w("me")})`]] : []), ...others.map((p) => [p.id, `${visible(p.name)} · ${visible(p.newsroom)}`]), ["new", b.w("other_person")]];
  return h("div", { class: "fcw-form" },
    draftSelect(b, "v/person", b.w("sign_as"), options, who),
    who === "new" ? [field(b, "v/name", b.w("name")), field(b, "v/newsroom", b.w("newsroom"))] : null,
    locked ? field(b, "secret/v", b.w("passphrase"), { type: "password", dir: "ltr", attributes: { autocomplete: "current-password" } }) : null,
    who === "myself" ? null : h("p", { class: "fcw-soft" }, b.w("same_machine")),
    field(b, "v/comment", b.w("comment"), { area: true, attributes: { "data-key": "review/comment" } }),
    h("div", { class: "fcw-actions" }, button(b, b.w("sign_off"), () => send("sign_off"), { class: "fcw-main", "data-key": "review/sign" }), button(b, b.w("return"), () => send("return"), { "data-key": "review/return" })));
}

/** Rules of the desk that reviewers see at once. */
const deskRules = (b) => folded(b, "rules", b.w("desk_rules"), () => [tick(b, "rules/blind", b.w("blind"), b.store.facts.blind, (on) => b.ask("blind", { on })), h("p", { class: "fcw-soft" }, b.w("blind_hint"))]);
