// @ts-check
// The page side of the workbench: draws what the kernel tells it and sends intents by name. Text is only ever set as text.
// Offsets here are UTF-16 units, as browsers count; the kernel converts them.

/** @typedef {{ get: (name: string) => any, on: Function, off: Function, send: Function }} Model */

const HIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u202a-\u202e\u2060-\u2069\ufeff]/g;
const ANSWER_MS = 60000;

/** Hidden and directional characters are named where they stand. */
const visible = (text) => String(text ?? "").replace(HIDDEN, (c) => `⟦U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟧`);

/** Our own sentence around foreign words that it isolates: the isolates (U+2068, U+2069) stay, every other hidden character is named. */
const told = (text) => String(text ?? "").replace(HIDDEN, (c) => (c === "\u2068" || c === "\u2069" ? c : visible(c)));

/** An element with attributes and children; strings become text nodes. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") /** @type {any} */ (element).value = value;
    else if (name === "checked") /** @type {any} */ (element).checked = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(3)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

/** Foreign text, isolated. */
const say = (text, attributes = {}) => h("bdi", { dir: "auto", ...attributes }, visible(text));

/** An address: a link only when it is plain http or https. */
function address(url) {
  let safe = false;
  try {
    const parsed = new URL(url);
    safe = /^https?:$/.test(parsed.protocol) && !parsed.username && visible(url) === url;
  } catch { /* shown as text */ }
  const text = h("bdi", { dir: "ltr" }, visible(url));
  return safe ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text) : text;
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

function render({ model, el }) {
  const stop = new AbortController();
  const root = h("div", { class: "fcw", role: "region", "data-lm-suppress-shortcuts": "true" });
  el.append(root);

  const state = { chosen: "", tab: "claim", order: "position", filter: "all", selection: null, passage: null, busy: false, lost: false, refusal: "", history: [] };
  const pending = new Map();
  const files = new Map();
  const w = (key, ...values) => values.reduce((text, value, i) => text.replace(`{${i}}`, String(value)), model.get("words")[key] ?? key);
  const view = () => model.get("view");
  const live = () => Boolean(view().case);
  const claims = () => view().claims ?? [];
  const chosen = () => claims().find((c) => c.id === state.chosen);

  // ---- drafts: what is typed and not yet sent survives a redraw, a reload and a restarted kernel

  const draftKey = (name) => `factcheck/${view().case ?? "welcome"}/${name}`;
  const draft = (name, fallback = "") => {
    try { return sessionStorage.getItem(draftKey(name)) ?? fallback; } catch { return fallback; }
  };
  const keep = (name, value) => {
    try { sessionStorage.setItem(draftKey(name), value); } catch { /* a private window keeps nothing */ }
  };
  const forget = (prefix) => {
    try {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith(draftKey(prefix))) sessionStorage.removeItem(key);
    } catch { /* nothing was kept */ }
  };

  // ---- commands

  function onMessage(message) {
    const done = message && pending.get(message.request);
    if (!done) return;
    pending.delete(message.request);
    done(message);
  }

  /** Ask the kernel; resolves to the answer's value, or to undefined when it was refused. */
  async function ask(command, args = {}, { buffers = [], clear = "" } = {}) {
    if (state.busy) return undefined;
    state.busy = true;
    status(w("saving"));
    const request = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
    const answered = new Promise((resolve) => pending.set(request, resolve));
    let answer;
    try {
      model.send({ request, command, arguments: args }, undefined, buffers);
      answer = await Promise.race([answered, wait(ANSWER_MS)]);
    } catch { answer = undefined; }
    state.busy = false;
    pending.delete(request);
    if (!answer) {
      lose();
      return undefined;
    }
    if (!answer.ok) {
      state.refusal = answer.message;
      draw();
      status(`${w("refused")} ${answer.message}`, true);
      return undefined;
    }
    state.refusal = "";
    if (clear) forget(clear);
    draw();
    status(answer.entry === null ? "" : w("saved", answer.entry));
    return answer.value ?? true;
  }

  function lose() {
    state.lost = true;
    draw();
  }

  // ---- status line

  const statusLine = h("div", { class: "fcw-status", role: "status", "aria-live": "polite" });
  function status(text, alarm = false) {
    statusLine.textContent = told(text);
    statusLine.classList.toggle("fcw-alarm", alarm);
  }

  // ---- small parts of forms

  const button = (label, action, attributes = {}) => h("button", { type: "button", disabled: state.lost, onclick: action, ...attributes }, label);

  function field(name, label, { area = false, type = "text", value = "", hint = "", dir = "auto" } = {}) {
    const id = `fcw-${name}-${Math.random().toString(36).slice(2)}`;
    const input = h(area ? "textarea" : "input", { id, dir, "data-key": name, value: draft(name, value), type: area ? null : type, rows: area ? 3 : null, "aria-describedby": hint ? `${id}-h` : null, oninput: (e) => keep(name, e.target.value), autocomplete: "off" });
    return h("div", { class: "fcw-field" }, h("label", { for: id }, label), input, hint ? h("small", { id: `${id}-h` }, hint) : null);
  }

  function choices(name, legend, options, { multiple = false, value = "" } = {}) {
    const kept = new Set((draft(name, value) || "").split("\n").filter(Boolean));
    const group = Math.random().toString(36).slice(2);
    const boxes = options.map(([key, label]) => {
      const input = h("input", { type: multiple ? "checkbox" : "radio", name: group, value: key, "data-key": `${name}/${key}`, checked: kept.has(key), onchange: () => {
        const on = [...set.querySelectorAll("input:checked")].map((i) => i.value);
        keep(name, on.join("\n"));
      } });
      return h("label", { class: "fcw-choice" }, input, " ", label);
    });
    const set = h("fieldset", { class: "fcw-field" }, h("legend", {}, legend), boxes);
    return set;
  }

  const picked = (name) => (draft(name) || "").split("\n").filter(Boolean);

  function fileField(name, label) {
    const id = `fcw-${name}-${Math.random().toString(36).slice(2)}`;
    return h("div", { class: "fcw-field" }, h("label", { for: id }, label), h("input", { id, type: "file", "data-key": name, onchange: async (e) => {
      const file = e.target.files[0];
      if (file) files.set(name, await file.arrayBuffer());
      else files.delete(name);
    } }));
  }

  function form(name, title, parts, action, label = w("save")) {
    return h("form", { class: "fcw-form", "aria-label": title, onsubmit: (e) => { e.preventDefault(); action(); } }, title ? h("h4", {}, title) : null, parts, h("button", { type: "submit", disabled: state.lost, "data-key": `${name}/send` }, label));
  }

  // ---- article

  function articlePane() {
    const article = model.get("article");
    const text = article.text ?? "";
    const credit = (article.credit ?? []).map(([s, e]) => ({ start: s, end: e, kind: "credit" }));
    const excluded = (article.excluded ?? []).map(([s, e]) => ({ start: s, end: e, kind: "excluded" }));
    const marks = claims().filter((c) => c.status !== "dismissed").map((c) => ({ start: c.start, end: c.end, kind: "claim", claim: c }));
    const current = chosen();
    const parts = current ? [...current.printed].flatMap((s) => [s.span && { start: s.span[0], end: s.span[1], kind: "source" }, s.cue_span && { start: s.cue_span[0], end: s.cue_span[1], kind: "cue" }]).filter(Boolean) : [];
    const all = [...credit, ...excluded, ...marks, ...parts].sort((a, b) => a.start - b.start);
    const pane = h("div", { class: "fcw-text", dir: article.dir, lang: article.lang, tabindex: "0", "aria-label": w("article"), role: "article" });
    let start = 0, next = 0, open = [];
    for (const line of text.split("\n")) {
      const end = start + line.length;
      while (next < all.length && all[next].start < end) open.push(all[next++]);
      open = open.filter((m) => m.end > start);
      if (line.trim()) pane.append(paragraph(text, start, end, open));
      start = end + 1;
    }
    return pane;
  }

  function paragraph(text, start, end, marks) {
    const edges = [...new Set([start, end, ...marks.flatMap((m) => [m.start, m.end]).filter((x) => x > start && x < end)])].sort((a, b) => a - b);
    const words = h("p", { dir: "auto" });
    for (let i = 0; i + 1 < edges.length; i++) {
      const [from, to] = [edges[i], edges[i + 1]];
      const here = marks.filter((m) => m.start <= from && m.end >= to);
      const over = here.filter((m) => m.kind === "claim");
      const piece = document.createTextNode(text.slice(from, to));
      if (!here.length) { words.append(h("span", { "data-s": from }, piece)); continue; }
      const inner = over.reduce((a, b) => (a && a.end - a.start <= b.end - b.start ? a : b), over[0]);
      const classes = here.map((m) => (m.kind === "claim" ? `fcw-${m.claim.status}` : `fcw-${m.kind}`));
      if (over.length > 1) classes.push("fcw-overlap");
      if (over.some((m) => m.claim.id === state.chosen)) classes.push("fcw-chosen");
      words.append(h("mark", { class: [...new Set(classes)].join(" "), "data-s": from, "data-claim": inner?.claim.id, title: here.some((m) => m.kind === "excluded") ? w("excluded") : here.some((m) => m.kind === "credit") ? w("credit") : null, onclick: inner ? () => { if (String(getSelection()) === "") choose(inner.claim.id); } : null }, piece));
    }
    const first = marks.filter((m) => m.kind === "claim" && m.start >= start && m.start < end);
    const gutter = h("div", { class: "fcw-gutter" }, first.map((m) => button(String(m.claim.number), () => choose(m.claim.id), { class: `fcw-number fcw-${m.claim.status}${m.claim.id === state.chosen ? " fcw-chosen" : ""}`, "aria-label": `${w("claim")} ${m.claim.number}`, tabindex: "-1" })));
    return h("div", { class: "fcw-line" }, gutter, words);
  }

  /** The selection inside an element whose pieces carry data-s, as [start, end, text]. */
  function selected(within) {
    const selection = getSelection();
    if (!selection || !selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!within.contains(range.startContainer) || !within.contains(range.endContainer)) return null;
    const from = place(within, range.startContainer, range.startOffset), to = place(within, range.endContainer, range.endOffset);
    return from === null || to === null || from >= to ? null : [from, to];
  }

  function place(within, node, offset) {
    if (node.nodeType === Node.TEXT_NODE) {
      const piece = node.parentElement?.closest("[data-s]");
      return piece ? Number(piece.getAttribute("data-s")) + offset : null;
    }
    const pieces = [...within.querySelectorAll("[data-s]")];
    const child = node.childNodes[offset];
    const after = child ? pieces.find((p) => child.contains(p) || p === child || child.compareDocumentPosition(p) & Node.DOCUMENT_POSITION_FOLLOWING) : null;
    if (after) return Number(after.getAttribute("data-s"));
    const last = pieces.filter((p) => node.contains(p)).at(-1) ?? pieces.at(-1);
    return last ? Number(last.getAttribute("data-s")) + last.textContent.length : null;
  }

  /** Snap to whole words and drop blanks and a closing stop; a claim never starts inside a letter with its marks. */
  function snapped([start, end]) {
    const text = model.get("article").text;
    const word = /[\p{L}\p{N}\p{M}_]/u;
    while (start > 0 && word.test(text[start - 1]) && word.test(text[start])) start--;
    while (end < text.length && word.test(text[end - 1]) && word.test(text[end])) end++;
    while (start < end && /\s/.test(text[start])) start++;
    while (end > start && /\s/.test(text[end - 1])) end--;
    return [start, end];
  }

  const bar = h("div", { class: "fcw-bar", role: "toolbar", hidden: true });
  function onSelect() {
    const pane = root.querySelector(".fcw-text");
    const range = pane && live() ? selected(pane) : null;
    state.selection = range ? snapped(range) : null;
    drawBar();
  }

  function drawBar() {
    bar.hidden = !state.selection;
    if (!state.selection) return;
    const current = chosen();
    const [start] = state.selection;
    bar.replaceChildren(
      button(`${w("mark")} (C)`, mark, { class: "fcw-main" }),
      ...(current ? [button(w("trim"), trim)] : []),
      ...(current && start > current.start && start < current.end ? [button(w("split"), () => splitAt(start))] : []),
      button(`${w("cancel")} (Esc)`, clearSelection),
    );
  }

  function exact([start, end]) {
    return { start, end, exact: model.get("article").text.slice(start, end) };
  }
  function clearSelection() {
    getSelection()?.removeAllRanges();
    state.selection = null;
    drawBar();
  }
  async function mark() {
    if (!state.selection) return;
    const id = await ask("mark", exact(state.selection));
    if (id) { clearSelection(); choose(id); }
  }
  async function trim() {
    if (state.selection && state.chosen && (await ask("trim", { id: state.chosen, ...exact(state.selection) }))) clearSelection();
  }
  async function splitAt(at) {
    const ids = await ask("split", { id: state.chosen, at });
    if (ids) { clearSelection(); choose(ids[0]); }
  }

  // ---- list

  function shown() {
    const keepers = { all: (c) => c.status !== "dismissed", proposed: (c) => c.status === "proposed", checking: (c) => ["checking", "has_result"].includes(c.status), accepted: (c) => !["proposed", "dismissed"].includes(c.status), set_aside: (c) => c.status === "set_aside", dismissed: (c) => c.status === "dismissed" };
    const list = claims().filter(keepers[state.filter]);
    return state.order === "priority" ? [...list].sort((a, b) => b.worth - a.worth || a.number - b.number) : list;
  }

  function listPane() {
    const list = shown();
    const select = (key, label, options) => h("label", {}, label, " ", h("select", { "data-key": `list/${key}`, onchange: (e) => { state[key] = e.target.value; draw(); } }, options.map(([value, text]) => h("option", { value, selected: state[key] === value }, text))));
    const tools = h("div", { class: "fcw-tools" },
      select("order", w("order"), [["position", w("by_position")], ["priority", w("by_priority")]]),
      select("filter", w("filter"), ["all", "proposed", "accepted", "checking", "set_aside", "dismissed"].map((k) => [k, w(k)])),
      button(w("set_aside_all"), () => ask("set_aside_kinds", { kinds: ["opinion", "intent"], because: w("because_opinion") }), { "data-key": "list/aside" }));
    const active = list.some((c) => c.id === state.chosen) ? state.chosen : list[0]?.id;
    const items = list.map((c) => h("li", { role: "option", id: `fcw-c-${c.id}`, class: `fcw-item fcw-${c.status}`, "aria-selected": String(c.id === state.chosen), tabindex: c.id === active ? "0" : "-1", "data-key": `claim/${c.id}`, onclick: () => choose(c.id), onkeydown: (e) => listKey(e, list, c) },
      h("span", { class: "fcw-n" }, String(c.number)), " ", say(c.text.length > 160 ? `${c.text.slice(0, 160)}…` : c.text), h("span", { class: "fcw-soft" }, ` · ${w(c.kind)} · ${w(c.status)}${c.printed.length ? ` · ⛓${c.printed.length}` : ""}`)));
    return h("section", { class: "fcw-list", "aria-label": w("claims") }, h("h3", {}, `${w("claims")} (${list.length})`), tools, h("ul", { role: "listbox", "aria-label": w("claims") }, items));
  }

  function listKey(event, list, claim) {
    const at = list.indexOf(claim);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 }[event.key];
    if (to !== undefined && list[to]) {
      event.preventDefault();
      choose(list[to].id, true);
    } else if (event.key === "Enter") {
      choose(claim.id);
      focus("[data-key^='inspector/']");
    } else if (event.key === "Delete" && claim.status !== "dismissed") {
      ask("dismiss", { ids: [claim.id], because: w("dismissed") });
    }
  }

  function choose(id, focusItem = false) {
    state.chosen = id;
    state.passage = null;
    if (state.tab !== "evidence" && state.tab !== "result") state.tab = "claim";
    draw();
    root.querySelector(`mark[data-claim="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest" });
    if (focusItem) focus(`[data-key="claim/${CSS.escape(id)}"]`);
  }

  const focus = (selector) => /** @type {HTMLElement|null} */ (root.querySelector(selector))?.focus();

  // ---- inspector

  function inspector() {
    const tabs = [["claim", w("claim")], ["evidence", w("evidence")], ["searches", w("searches")], ["result", w("result")], ["draft", w("draft")], ["history", w("history")]];
    const bodies = { claim: claimTab, evidence: evidenceTab, searches: searchTab, result: resultTab, draft: draftTab, history: historyTab };
    const row = h("div", { class: "fcw-tabs", role: "tablist" }, tabs.map(([key, label]) => h("button", { type: "button", role: "tab", "data-key": `inspector/${key}`, "aria-selected": String(state.tab === key), onclick: () => openTab(key) }, label)));
    return h("section", { class: "fcw-inspector", role: "tabpanel", "aria-label": w(state.tab) }, row, bodies[state.tab]());
  }

  async function openTab(key) {
    state.tab = key;
    if (key === "history") state.history = (await ask("history", { subject: "" })) || [];
    draw();
  }

  function chainView(steps) {
    if (!steps.length) return h("p", { class: "fcw-soft" }, w("own_voice"));
    return h("ol", { class: "fcw-chain" }, steps.map((s) => h("li", {}, say(s.source), s.cue ? h("span", { class: "fcw-soft" }, " ", say(s.cue)) : null, h("span", { class: "fcw-soft" }, s.named ? "" : ` · ${w("unnamed")}`, s.resolved ? ` · ${w("resolved")}` : ""))));
  }

  function targetName(t) {
    return t.kind === "step" ? [w("step"), " ", say(t.name), t.which === "established" ? ` (${w("chain_established")})` : ""] : w(t.kind === "article" ? "article_target" : t.kind);
  }

  function claimTab() {
    const c = chosen();
    if (!c) return h("p", { class: "fcw-soft" }, w("pick_hint"), " ", w("select_hint"), factsForm());
    const others = claims().filter((o) => o.id !== c.id && o.status !== "dismissed" && Math.abs(o.number - c.number) === 1);
    const because = `because/${c.id}`;
    const reason = () => draft(because).trim();
    return h("div", {},
      h("blockquote", { class: "fcw-quote" }, say(c.text)),
      h("p", { class: "fcw-soft" }, `${w(c.kind)} · ${w(c.checkable ? "checkable" : "not_checkable")}${c.polarity === "asserts" ? "" : ` · ${w(c.polarity)}`} · ${w(c.status)}${c.because ? ": " : ""}`, c.because ? say(c.because) : null),
      c.why ? h("p", { class: "fcw-soft fcw-why" }, `${w("why_proposed")}: `, told(c.why)) : null,
      h("div", { class: "fcw-actions" },
        c.status === "proposed" ? button(w("accept"), () => ask("accept", { ids: [c.id] }), { class: "fcw-main", "data-key": "claim/accept" }) : null,
        others.map((o) => button(`${w("merge")} ${o.number}`, async () => { const id = await ask("merge", { ids: [c.id, o.id] }); if (id) choose(id); })),
        c.status === "dismissed" ? button(w("restore"), () => ask("restore", { ids: [c.id] })) : null),
      h("div", { class: "fcw-row" }, field(because, w("because")),
        button(w("set_aside_do"), () => ask("set_aside", { ids: [c.id], because: reason() }, { clear: because }), { "data-key": "claim/aside" }),
        button(w("dismiss"), () => ask("dismiss", { ids: [c.id], because: reason() }, { clear: because }), { "data-key": "claim/dismiss" })),
      h("h4", {}, w("chain_printed")), chainView(c.printed),
      h("h4", {}, w("chain_established")), c.established ? chainView(c.established) : null,
      form("establish", "", [field(`chain/${c.id}`, w("establish"), { area: true, hint: w("establish_hint"), value: (c.established ?? c.printed).map((s) => s.source).join("\n") })], () => ask("establish", { id: c.id, steps: draft(`chain/${c.id}`, (c.established ?? c.printed).map((s) => s.source).join("\n")).split("\n") }, { clear: `chain/${c.id}` })),
      h("h4", {}, w("targets")),
      h("ul", { class: "fcw-targets" }, c.targets.map((t) => h("li", {}, h("label", {}, h("input", { type: "checkbox", "data-key": `target/${t.target}`, checked: Boolean(t.choice?.check), disabled: state.lost, onchange: (e) => ask("choose", { targets: [t.target], check: e.target.checked, because: e.target.checked ? "" : w("set_aside") }) }), " ", targetName(t)), t.evidence ? h("span", { class: "fcw-soft" }, ` · ${w("sources_count", t.evidence, t.sources)}`) : null, t.verdicts.map((v) => h("strong", {}, ` · ${v.label}`))))),
      form("restate", w("as_checked"), [
        field(`ar/${c.id}`, w("in_arabic"), { area: true, value: c.as_checked.ar ?? "" }), field(`en/${c.id}`, w("in_english"), { area: true, value: c.as_checked.en ?? "" }),
        h("details", {}, h("summary", {}, w("more")), field(`short_ar/${c.id}`, `${w("short_form")} ${w("in_arabic")}`, { value: c.short.ar ?? "" }), field(`short_en/${c.id}`, `${w("short_form")} ${w("in_english")}`, { value: c.short.en ?? "" })),
      ], () => ask("restate", { id: c.id, ar: draft(`ar/${c.id}`, c.as_checked.ar ?? ""), en: draft(`en/${c.id}`, c.as_checked.en ?? ""), short_ar: draft(`short_ar/${c.id}`, c.short.ar ?? ""), short_en: draft(`short_en/${c.id}`, c.short.en ?? "") })),
    );
  }

  function factsForm() {
    const facts = view().facts ?? {};
    return form("facts", w("appeared"), [field("facts/outlet", w("outlet"), { value: facts.outlet ?? "" }), field("facts/published", w("published"), { value: facts.published ?? "", dir: "ltr" }), field("facts/url", w("link"), { value: facts.url ?? "", dir: "ltr" })],
      () => ask("describe_article", { outlet: draft("facts/outlet", facts.outlet ?? ""), published: draft("facts/published", facts.published ?? "").replace("غير معروف", "unknown"), url: draft("facts/url", facts.url ?? "") }));
  }

  function targetOptions() {
    const c = chosen();
    const mine = c && c.status !== "proposed" ? c.targets : c ? c.targets : [];
    const others = claims().filter((o) => o.id !== state.chosen).flatMap((o) => o.targets.filter((t) => t.choice?.check).map((t) => ({ ...t, number: o.number })));
    return [...mine.map((t) => [t.target, targetName(t)]), ...(view().other_targets ?? []).filter((t) => t.kind !== "omission").map((t) => [t.target, targetName(t)]), ...others.map((t) => [t.target, [`${t.number}: `, targetName(t)]])];
  }

  function evidenceTab() {
    const stances = ["supports", "refutes", "says_something_else", "context"].map((s) => [s, w(s)]);
    const send = async () => {
      const buffer = files.get("e/file");
      const done = await ask("attach", { url: draft("e/url"), quote: draft("e/quote"), bears_on: picked("e/bears"), stance: picked("e/stance")[0] ?? "supports", who: draft("e/who"), kind: picked("e/kind")[0] ?? "call", translation: draft("e/translation"), language: view().me && model.get("lang") === "ar" ? "ar" : "en", title: draft("e/title"), outlet: draft("e/outlet"), primary_reason: draft("e/primary"), note: draft("e/note") }, { buffers: buffer ? [buffer] : [], clear: "e/" });
      if (done) { files.delete("e/file"); draw(); }
    };
    const all = view().evidence ?? [];
    return h("div", {},
      form("attach", w("attach"), [
        field("e/url", w("link"), { type: "text", dir: "ltr" }), fileField("e/file", w("file")), field("e/quote", w("quote"), { area: true }),
        choices("e/bears", w("bears_on"), targetOptions(), { multiple: true }), choices("e/stance", w("stance"), stances, { value: "supports" }),
        h("details", { open: Boolean(draft("e/who") || draft("e/translation")) }, h("summary", {}, w("more")), field("e/who", w("offline")), choices("e/kind", "", ["call", "paper", "book", "document", "in_person", "other"].map((k) => [k, w(k)])), field("e/translation", w("translation"), { area: true }), field("e/title", w("title")), field("e/outlet", w("outlet")), field("e/primary", w("primary_reason")), field("e/note", w("note"))),
      ], send, w("attach")),
      h("ul", { class: "fcw-cards" }, all.map(evidenceCard)));
  }

  function evidenceCard(e) {
    return h("li", { class: "fcw-card" }, h("strong", {}, say(e.title)), e.url ? h("div", {}, address(e.url)) : null,
      e.quote ? h("blockquote", {}, say(e.quote), e.orphan ? h("span", { class: "fcw-alarm" }, ` ⚠ ${w("orphan")}`) : null) : null,
      e.translation ? h("blockquote", { class: "fcw-soft" }, say(e.translation), ` — ${w("translation")}`) : null,
      e.captured ? h("p", { class: "fcw-soft" }, `${w("captured")} `, h("bdi", { dir: "ltr" }, `${e.captured.slice(0, 16).replace("T", " ")} · ${e.sha256.slice(0, 12)}…`)) : null,
      e.url && !e.captured ? h("p", { class: "fcw-alarm" }, `⚠ ${w("waiting_link")}: `, told(e.problem)) : null,
      h("p", { class: "fcw-soft" }, e.bears.map((b) => [nameOf(b.target), ` (${w(b.stance)}) `])),
      h("div", { class: "fcw-actions" },
        e.url && !e.captured ? [button(w("retry"), () => ask("retry", { id: e.id }), { "data-key": `retry/${e.id}` }), fileField(`import/${e.id}`, w("import_page")), button(w("import_page"), async () => { const b = files.get(`import/${e.id}`); if (b && (await ask("import_page", { id: e.id }, { buffers: [b] }))) { files.delete(`import/${e.id}`); draw(); } })] : null,
        e.has_text ? button(w("choose_passage"), () => openPassage(e.id), { "data-key": `passage/${e.id}` }) : null),
      state.passage?.id === e.id ? h("div", {}, h("pre", { class: "fcw-capture", dir: "auto", tabindex: "0" }, h("span", { "data-s": "0" }, state.passage.text)), button(w("quote_this"), quotePassage, { class: "fcw-main" })) : null);
  }

  function nameOf(target) {
    for (const c of claims()) for (const t of c.targets) if (t.target === target) return [`${c.number}: `, targetName(t)];
    const other = (view().other_targets ?? []).find((t) => t.target === target);
    return other ? targetName(other) : target;
  }

  async function openPassage(id) {
    const text = await ask("capture_text", { id });
    state.passage = typeof text === "string" ? { id, text } : null;
    draw();
  }
  async function quotePassage() {
    const pane = root.querySelector(".fcw-capture");
    const range = pane && selected(pane);
    if (!range) return status(w("select_hint"), true);
    const [start, end] = range;
    if (await ask("quote", { id: state.passage.id, start, end, exact: state.passage.text.slice(start, end) })) { state.passage = null; draw(); }
  }

  function searchTab() {
    const outcomes = ["nothing", "could_not_open", "something_else"].map((k) => [k, w(k)]);
    const contacts = ["waiting", "answered", "silence", "declined"].map((k) => [k, w(k)]);
    return h("div", {},
      form("search", w("search_record"), [field("s/place", w("place")), field("s/queries", w("queries"), { area: true }), choices("s/outcome", w("outcome"), outcomes), choices("s/target", w("target"), targetOptions())],
        () => ask("search", { place: draft("s/place"), queries: draft("s/queries"), outcome: picked("s/outcome")[0] ?? "nothing", target: picked("s/target")[0] ?? "", note: "" }, { clear: "s/" })),
      h("ul", { class: "fcw-cards" }, (view().searches ?? []).map((s) => h("li", { class: "fcw-card" }, h("strong", {}, w(s.outcome)), " · ", say(s.place), " · ", s.queries.map((q) => [say(q), " "]), h("span", { class: "fcw-soft" }, s.on)))),
      form("contact", w("contact_record"), [field("k/who", w("who")), field("k/how", w("how")), field("k/question", w("question"), { area: true }), choices("k/outcome", w("outcome"), contacts), field("k/answer", w("answer"), { area: true })],
        () => ask("contact", { who: draft("k/who"), how: draft("k/how"), question: draft("k/question"), outcome: picked("k/outcome")[0] ?? "waiting", answer: draft("k/answer"), target: "" }, { clear: "k/" })),
      h("ul", { class: "fcw-cards" }, (view().contacts ?? []).map((k) => h("li", { class: "fcw-card" }, h("strong", {}, say(k.who)), ` · ${w(k.outcome)} · ${k.on} `, h("p", {}, say(k.question)), k.answer ? h("blockquote", {}, say(k.answer)) : null,
        k.outcome === "waiting" ? h("div", { class: "fcw-row" }, field(`ka/${k.id}`, w("answer")), button(w("answered"), () => ask("answer", { id: k.id, outcome: "answered", answer: draft(`ka/${k.id}`) }, { clear: `ka/${k.id}` })), button(w("silence"), () => ask("answer", { id: k.id, outcome: "silence", answer: "" }))) : null))));
  }

  function resultTab() {
    const c = chosen();
    if (c && c.status === "proposed") return h("p", { class: "fcw-soft" }, w("choose_first"), " ", button(w("accept"), () => ask("accept", { ids: [c.id] })));
    const targets = [...(c ? c.targets : []), ...(view().other_targets ?? [])];
    const target = targets.find((t) => t.target === draft("r/target")) ?? targets[0];
    const p = `r/${target.target}/`;
    const ratings = view().scales[target.kind] ?? [];
    const grounds = [...(view().evidence ?? []).map((e) => [`evidence:${e.id}`, say(e.title)]), ...(view().searches ?? []).map((s) => [`search:${s.id}`, [`${w(s.outcome)}: `, say(s.place)]]), ...(view().contacts ?? []).map((k) => [`contact:${k.id}`, say(k.who)])];
    return h("div", {},
      h("label", {}, w("target"), " ", h("select", { "data-key": "r/target", onchange: (e) => { keep("r/target", e.target.value); draw(); } }, targets.map((t) => h("option", { value: t.target, selected: t.target === target.target }, t.kind === "step" ? `${w("step")} ${visible(t.name)}` : w(t.kind === "article" ? "article_target" : t.kind))))),
      target.verdicts.map((v) => h("div", { class: "fcw-card" }, h("strong", {}, v.label), ` · ${v.as_of} · `, say(v.by), h("p", {}, say(v.reasons)), v.unknown ? h("p", {}, `${w("unknown")}: `, say(v.unknown)) : null, v.by === view().me.name ? button(w("withdraw"), () => ask("withdraw_verdict", { id: v.id })) : null)),
      form("verdict", w("result"), [
        choices(`${p}rating`, w("rating"), ratings.map((r) => [r.id, [h("strong", {}, r.label), h("span", { class: "fcw-soft" }, ` — ${r.meaning}`)]])),
        field(`${p}reasons`, w("reasons"), { area: true }), choices(`${p}grounds`, w("grounds"), grounds, { multiple: true }), field(`${p}unknown`, w("unknown"), { area: true }),
      ], () => ask("verdict", { target: target.target, rating: picked(`${p}rating`)[0] ?? "", reasons: draft(`${p}reasons`), grounds: picked(`${p}grounds`), unknown: draft(`${p}unknown`) }, { clear: p }), w("give_result")));
  }

  function draftTab() {
    const d = view().draft ?? { headline: {}, summary: {}, conclusion: {} };
    const parts = ["headline", "summary", "conclusion"];
    const fields = (lang) => parts.map((part) => field(`d/${part}_${lang}`, w(part), { area: part !== "headline", value: d[part][lang] ?? "" }));
    const args = () => Object.fromEntries(parts.flatMap((part) => ["ar", "en"].map((lang) => [`${part}_${lang}`, draft(`d/${part}_${lang}`, d[part][lang] ?? "")])));
    const others = (view().persons ?? []).filter((p) => p.id !== view().me.id);
    const person = draft("v/person", others[0]?.id ?? "");
    const sign = (decision) => ask("review", { decision, comment: draft("v/comment"), person: person === "new" ? "" : person, passphrase: draft("v/pass"), name: draft("v/name"), newsroom: draft("v/newsroom") }, { clear: "v/" });
    const review = view().review;
    return h("div", {},
      form("draft", w("draft"), [h("fieldset", {}, h("legend", {}, w("in_arabic")), fields("ar")), h("details", { open: model.get("lang") === "en" }, h("summary", {}, w("in_english")), fields("en"))], () => ask("draft", args(), { clear: "d/" })),
      h("h4", {}, w("review")),
      review ? h("p", { class: "fcw-card" }, `${w(review.decision === "sign_off" ? "signed" : "returned")} · `, say(review.by), review.comment ? [" — ", say(review.comment)] : null) : null,
      h("div", { class: "fcw-form" },
        h("label", {}, w("sign_as"), " ", h("select", { "data-key": "v/person", onchange: (e) => { keep("v/person", e.target.value); draw(); } }, [...others.map((p) => h("option", { value: p.id, selected: person === p.id }, `${visible(p.name)} · ${visible(p.newsroom)}`)), h("option", { value: "new", selected: !others.length || person === "new" }, w("other_person"))])),
        !others.length || person === "new" ? [field("v/name", w("name")), field("v/newsroom", w("newsroom"))] : null,
        others.find((p) => p.id === person)?.locked ? field("v/pass", w("passphrase"), { type: "password", dir: "ltr" }) : null,
        field("v/comment", w("comment"), { area: true }),
        h("div", { class: "fcw-actions" }, button(w("sign_off"), () => sign("sign_off"), { class: "fcw-main", "data-key": "v/sign" }), button(w("return"), () => sign("return"), { "data-key": "v/return" }))),
      h("h4", {}, w("problems")),
      view().problems.length ? h("ul", { class: "fcw-cards" }, view().problems.map((p) => h("li", { class: `fcw-card fcw-${p.level}` }, button(p.text, () => jump(p.place)), h("div", { class: "fcw-soft" }, p.remedy)))) : h("p", {}, w("no_problems")),
      model.get("exports") ? h("div", { class: "fcw-actions" }, [["html", "ar"], ["html", "en"], ["csv", "ar"], ["claimreview", "ar"]].map(([f, l]) => button(`${w("report")} ${f.toUpperCase()} ${l}`, async () => { const path = await ask("report", { format: f, lang: l }); if (path) status(`${w("written_to")} ${path}`); }, { "data-key": `report/${f}/${l}` }))) : null);
  }

  function jump(where) {
    const [kind, id] = where.split("/");
    if (kind === "content" || kind === "step") { state.chosen = id; state.tab = "result"; keep("r/target", where); }
    else if (kind === "claim") { state.chosen = id; state.tab = "claim"; }
    else if (kind === "evidence") state.tab = "evidence";
    else if (kind === "article") { state.chosen = ""; state.tab = "claim"; }
    draw();
    focus(".fcw-inspector [data-key]");
  }

  function historyTab() {
    return h("ol", { class: "fcw-history" }, state.history.map((line) => h("li", {}, h("span", { class: "fcw-soft" }, `${line.entry} · ${line.at.slice(0, 16).replace("T", " ")} · `), say(line.person), ": ", told(line.what))));
  }

  // ---- header and welcome

  function header() {
    const v = view();
    return h("header", { class: "fcw-header" },
      h("strong", {}, say(v.title ?? w("workbench"))), v.practice ? h("span", { class: "fcw-alarm" }, w("practice")) : null, h("span", { class: "fcw-soft" }, say(v.me?.name ?? "")),
      h("span", { class: "fcw-actions" },
        button(`↶ ${w("undo")}`, () => ask("undo"), { disabled: state.lost || !v.can_undo, "data-key": "undo" }), button(`↷ ${w("redo")}`, () => ask("redo"), { disabled: state.lost || !v.can_redo, "data-key": "redo" }),
        button(`⟳ ${w("refresh")}`, () => ask("refresh"), { "data-key": "refresh" }), button(w("language"), () => ask("language"), { "data-key": "language", lang: model.get("lang") === "ar" ? "en" : "ar" })));
  }

  function welcome() {
    return h("div", { class: "fcw-welcome" }, form("begin", w("welcome"), [h("p", { class: "fcw-soft" }, w("welcome_why")), field("name", w("name")), field("newsroom", w("newsroom"))], () => ask("begin", { name: draft("name"), newsroom: draft("newsroom") }), w("begin")), h("h3", {}, w("article")), articlePane());
  }

  function draw() {
    const lang = model.get("lang");
    const key = document.activeElement instanceof HTMLElement && root.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    const old = /** @type {any} */ (document.activeElement);
    const caret = key && old && "selectionStart" in old ? safely(() => [old.selectionStart, old.selectionEnd]) : null;
    const scroll = root.querySelector(".fcw-text")?.scrollTop ?? 0;
    root.lang = lang;
    root.dir = lang === "ar" ? "rtl" : "ltr";
    root.setAttribute("aria-label", w("workbench"));
    const alarm = state.lost ? h("div", { class: "fcw-lost", role: "alert" }, w("lost")) : null;
    const refusal = state.refusal ? h("div", { class: "fcw-lost", role: "alert" }, `${w("refused")} `, told(state.refusal)) : null;
    const body = live() ? [header(), alarm, refusal, h("div", { class: "fcw-panes" }, h("section", { class: "fcw-article", "aria-label": w("article") }, h("h3", {}, w("article")), bar, articlePane()), listPane(), inspector()), h("details", { class: "fcw-keys" }, h("summary", {}, w("keys")), h("p", {}, w("key_map")))] : [alarm, refusal, welcome()];
    root.replaceChildren(...body.filter(Boolean), statusLine);
    const pane = root.querySelector(".fcw-text");
    if (pane) pane.scrollTop = scroll;
    drawBar();
    if (key) {
      const again = /** @type {any} */ (root.querySelector(`[data-key="${CSS.escape(key)}"]`));
      again?.focus();
      if (caret && again) safely(() => again.setSelectionRange(caret[0], caret[1]));
    }
  }

  const safely = (action) => { try { return action(); } catch { return null; } };

  // ---- keys: by position on the keyboard, so that an Arabic layout does not change them; never while typing

  function onKey(event) {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select");
    if ((event.ctrlKey || event.metaKey) && event.code === "KeyS") {
      event.preventDefault();
      event.stopPropagation();
      if (live()) status(w("saved", view().entry));
      return;
    }
    if (typing || !live()) return;
    if ((event.ctrlKey || event.metaKey) && event.code === "KeyZ") {
      event.preventDefault();
      event.stopPropagation();
      ask(event.shiftKey ? "redo" : "undo");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = (by) => { const list = shown(); const at = list.findIndex((c) => c.id === state.chosen); const next = list[Math.min(Math.max(at + by, 0), list.length - 1)]; if (next) choose(next.id, true); };
    const actions = { KeyC: mark, Escape: clearSelection, KeyN: () => step(1), KeyP: () => step(-1), KeyA: () => focus(".fcw-text"), KeyL: () => focus(".fcw-item[tabindex='0']"), KeyI: () => focus(".fcw-inspector [role=tab][aria-selected=true]") };
    const action = actions[event.code];
    if (action) {
      event.preventDefault();
      action();
    }
  }

  root.addEventListener("keydown", onKey, { signal: stop.signal });
  root.addEventListener("mouseup", () => setTimeout(onSelect), { signal: stop.signal });
  root.addEventListener("keyup", (e) => { if (e.shiftKey || e.key === "Shift") onSelect(); }, { signal: stop.signal });
  const redraw = () => { state.lost = false; draw(); };
  const lost = () => { if (model.comm_live === false) lose(); };
  model.on("msg:custom", onMessage);
  model.on("comm_live_update", lost);
  for (const name of ["view", "article", "words"]) model.on(`change:${name}`, redraw);
  draw();
  if (live()) status(w("saved", view().entry));

  return () => {
    stop.abort();
    model.off("msg:custom", onMessage);
    model.off("comm_live_update", lost);
    for (const name of ["view", "article", "words"]) model.off(`change:${name}`, redraw);
  };
}

export default { render };
