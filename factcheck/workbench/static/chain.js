// @ts-check
// Chains of attribution: as printed and as established, shown side by side, and edited step by step. A chain that is being edited is a
// draft (JSON in the field's text) until it is saved.
import { h } from "./vendor/preact.js";
import { say } from "./text.js";
import { startPick } from "./article.js";
import { button, folded, soft } from "./parts.js";

const SOURCE_KINDS = ["person", "outlet", "document", "body", "not_stated"];

/** A chain to read, outermost first. `against` is the printed chain: steps of it that are gone are shown struck. */
export function chainView(b, chain, against = null) {
  if (!chain.length && !against?.length) return h("p", { class: "fcw-soft" }, b.w("own_voice"));
  const key = (step) => `${step.source}/${step.span ?? ""}`;
  const held = new Set(chain.map(key)), printed = new Set((against ?? []).map(key));
  const struck = (against ?? []).filter((step) => !held.has(key(step)));
  return h("ol", { class: "fcw-chain" },
    chain.map((step, i) => h("li", { key: `${i}${step.source}`, class: against && !printed.has(key(step)) ? "fcw-inserted" : "" }, stepView(b, step, against && !printed.has(key(step))))),
    struck.map((step, i) => h("li", { key: `x${i}`, class: "fcw-struck" }, h("s", {}, say(step.source)), soft(` · ${b.w("struck")}`))));
}

function stepView(b, step, inserted) {
  const facts = [step.unnamed && b.w("unnamed"), step.resolved && b.w("resolved"), step.plural && b.w("plural"), step.joint && b.w("joint"), step.mode === "direct" && b.w("direct"), inserted && b.w("inserted")].filter(Boolean);
  return [say(step.source), step.cue ? soft(" ", say(step.cue)) : null, facts.length ? soft(` · ${facts.join(" · ")}`) : null, step.said_on ? soft(" · ", h("bdi", { dir: "ltr" }, b.n(step.said_on))) : null,
    step.evidence?.length ? soft(` · ${b.w("evidence_short", step.evidence.length)}`) : null, step.note ? soft(" · ", say(step.note)) : null];
}

/** The editor of one chain of a claim; `which` is printed or established. */
export function chainEditor(b, c, which) {
  const name = `chain/${which}/${c.id}`;
  const saved = which === "printed" ? c.printed : c.established ?? c.printed;
  const steps = b.drafts.has(name) ? JSON.parse(b.drafts.get(name)) : saved;
  const change = (next) => { b.drafts.keep(name, JSON.stringify(next)); if (!b.drafts.has(`@${name}`)) b.drafts.keep(`@${name}`, c.v ?? ""); b.draw(); };
  const edit = (i, values) => change(steps.map((step, at) => (at === i ? { ...step, ...values } : step)));
  const because = `because/${name}`;
  const save = async () => {
    const args = { id: c.id, steps, article: b.store.article.sha256, ...(which === "established" ? { because: b.drafts.get(because) } : {}) };
    await b.ask(which === "printed" ? "printed" : "establish", args, { saw: { [`claim:${c.id}`]: b.drafts.get(`@${name}`, c.v ?? "") }, clear: [name, `@${name}`, because] });
  };
  return folded(b, name, b.w(which === "printed" ? "correct_printed" : "establish"), () => h("div", { class: "fcw-form", "data-form": name },
    steps.length ? h("ol", { class: "fcw-steps" }, steps.map((step, i) => stepEditor(b, c, { name, step, i, last: steps.length - 1, which, steps, change, edit }))) : h("p", { class: "fcw-soft" }, b.w("own_voice")),
    h("div", { class: "fcw-actions" }, button(b, b.w("insert_step"), () => change([...steps, { source: "", mode: "indirect", source_kind: "person" }]), { "data-key": `${name}/insert` })),
    which === "established" ? h("div", { class: "fcw-field" }, h("label", { for: `${b.uid}-${because}` }, b.w("why_changed")), h("input", { id: `${b.uid}-${because}`, dir: "auto", "data-key": because, value: b.drafts.get(because), onInput: (event) => b.drafts.keep(because, event.target.value) })) : null,
    h("div", { class: "fcw-actions" }, button(b, b.w("save_chain"), save, { class: "fcw-main", "data-key": `${name}/save` }),
      b.drafts.has(name) ? button(b, b.w("discard"), () => { b.drafts.forget(name); b.drafts.forget(`@${name}`); b.draw(); }, { "data-key": `${name}/discard` }) : null,
      which === "established" && c.established ? button(b, b.w("unestablish"), () => b.ask("establish", { id: c.id }, { clear: [name, `@${name}`] }), { "data-key": `${name}/none` }) : null)), b.drafts.has(name));
}

function stepEditor(b, c, { name, step, i, last, which, steps, change, edit }) {
  const at = `${name}/${i}`;
  const swap = (to) => { const next = [...steps]; [next[i], next[to]] = [next[to], next[i]]; change(next); };
  const line = (key, label, attributes = {}) => h("label", {}, soft(label), h("input", { dir: "auto", "data-key": `${at}/${key}`, value: step[key] ?? "", onInput: (event) => edit(i, { [key]: event.target.value, ...(key === "source" ? { span: null } : key === "cue" ? { cue_span: null } : {}) }), ...attributes }));
  const flag = (key, label) => h("label", { class: "fcw-choice" }, h("input", { type: "checkbox", "data-key": `${at}/${key}`, checked: Boolean(step[key]), onChange: (event) => edit(i, { [key]: event.target.checked }) }), " ", label);
  return h("li", { key: i, class: "fcw-step", "aria-label": `${b.w("a_step")} ${b.n(i + 1)}` },
    h("div", { class: "fcw-row" }, line("source", b.w("source")), button(b, b.w("pick_in_text"), () => startPick(b, { part: "source", from: `${at}/pick`, take: (values) => edit(i, values) }), { "data-key": `${at}/pick` })),
    h("div", { class: "fcw-row" }, line("cue", b.w("cue")), button(b, b.w("pick_in_text"), () => startPick(b, { part: "cue", from: `${at}/pickcue`, take: (values) => edit(i, values) }), { "data-key": `${at}/pickcue` })),
    h("div", { class: "fcw-row" },
      h("label", {}, soft(b.w("source_kind")), h("select", { "data-key": `${at}/kind`, value: step.source_kind, onChange: (event) => edit(i, { source_kind: event.target.value }) }, SOURCE_KINDS.map((kind) => h("option", { value: kind, key: kind, selected: kind === step.source_kind }, b.w(`source_${kind}`))))),
      h("label", {}, soft(b.w("mode")), h("select", { "data-key": `${at}/mode`, value: step.mode, onChange: (event) => edit(i, { mode: event.target.value }) }, ["direct", "mixed", "indirect"].map((mode) => h("option", { value: mode, key: mode, selected: mode === step.mode }, b.w(mode))))),
      flag("unnamed", b.w("unnamed")), flag("plural", b.w("plural"))),
    which === "established" ? h("div", { class: "fcw-row" }, line("said_on", b.w("said_on"), { dir: "ltr", placeholder: b.w("date_hint") }), line("note", b.w("note"))) : null,
    which === "established" && b.store.tables.evidence.size ? folded(b, `${at}/evidence`, `${b.w("evidence")} (${b.n(step.evidence?.length ?? 0)})`, () => [...b.store.tables.evidence].map(([id, e]) => h("label", { class: "fcw-choice", key: id }, h("input", { type: "checkbox", "data-key": `${at}/evidence/${id}`, checked: step.evidence?.includes(id) ?? false, onChange: (event) => edit(i, { evidence: event.target.checked ? [...(step.evidence ?? []), id] : (step.evidence ?? []).filter((other) => other !== id) }) }), " ", say(e.title || e.offline?.who || e.url)))) : null,
    h("div", { class: "fcw-actions" },
      button(b, b.w("outwards"), () => swap(i - 1), { disabled: i === 0, "data-key": `${at}/out` }), button(b, b.w("inwards"), () => swap(i + 1), { disabled: i === last, "data-key": `${at}/in` }),
      button(b, b.w("insert_before"), () => change([...steps.slice(0, i), { source: "", mode: "indirect", source_kind: "person" }, ...steps.slice(i)]), { "data-key": `${at}/before` }),
      button(b, b.w("strike"), () => change(steps.filter((_step, n) => n !== i)), { "data-key": `${at}/strike` })));
}
