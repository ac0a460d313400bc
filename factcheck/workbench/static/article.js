// @ts-check
// The article: what is marked in it, and what a person does with a selection there.
import { h } from "./vendor/preact.js";
import { nextEdge, snapped } from "./text.js";
import { button, roving } from "./parts.js";
import { TextPane, inLanes } from "./textpane.js";

/** The marks of the article: what became of each sentence, claims by status, and on demand the parts of chains. */
export function marksOf(b) {
  const { store, ui } = b;
  const shown = `${store.claimsVersion}/${ui.chosen}/${ui.chain}/${b.lang}`;
  if (b.marks?.shown === shown) return b.marks.list;
  const { article } = store;
  /** @type {import("./textpane.js").Mark[]} */
  const list = article.credit.map(([start, end]) => ({ start, end, kind: "credit", title: b.w("credit") }));
  for (const [start, end, kind, reason] of article.sentences) {
    if (kind === "excluded" && !list.some((m) => m.kind === "credit" && m.start === start)) list.push({ start, end, kind: "excluded", title: `${b.w("excluded")}: ${b.both(article.reasons[reason])}` });
  }
  const claims = store.claims.filter((c) => c.status !== "dismissed").map((c) => ({
    start: c.start, end: c.end, kind: c.shown === "has_result" ? `has_result fcw-tone-${store.toneOf(c)}` : c.shown, id: c.id, number: b.n(c.number), chosen: c.id === ui.chosen, label: `${b.w("claim")} ${b.n(c.number)}: ${b.w(c.shown)}`,
  }));
  list.push(...inLanes(claims));
  if (ui.chain) {
    for (const c of ui.chosen && b.chosen ? [b.chosen] : store.claims) {
      for (const step of c.printed) {
        if (step.span) list.push({ start: step.span[0], end: step.span[1], kind: "source", title: b.w("source") });
        if (step.cue_span) list.push({ start: step.cue_span[0], end: step.cue_span[1], kind: "cue", title: b.w("cue") });
      }
    }
  }
  list.sort((x, y) => x.start - y.start || y.end - x.end);
  b.marks = { shown, list };
  return list;
}

export function articlePane(b) {
  const { article } = b.store;
  const chosen = b.chosen;
  const reveal = b.ui.reveal && chosen && b.ui.reveal === chosen.id ? (b.revealing?.[2] === b.ui.reveal ? b.revealing : (b.revealing = [chosen.start, chosen.end, chosen.id])) : null;
  return h("section", { class: "fcw-article", "aria-label": b.w("article"), "data-panel": "article" },
    articleBar(b),
    h(TextPane, {
      key: "article", name: "article", text: article.text, of: article.sha256, dir: article.dir, lang: article.lang, marks: b.store.live ? marksOf(b) : [], label: b.w("article"), caret: b.ui.caret, reveal,
      held: (pane) => { b.pane = pane; },
      onSelect: (range, point) => onSelect(b, range, point),
      onRelease: (range) => {
        const selection = b.ui.pick && range ? snapped(b.store.article.text, range, b.ui.free) : null;
        if (selection) { b.ui.selection = selection; pickPart(b); }
      },
      onMark: (ids) => b.choose(ids[(ids.indexOf(b.ui.chosen) + 1) % ids.length], { reveal: false }),
    }));
}

function onSelect(b, range, point) {
  if (b.ui.edges) return;
  const selection = range ? snapped(b.store.article.text, range, b.ui.free) : null;
  if (String(selection) === String(b.ui.selection) && point === b.ui.point) return;
  b.set({ selection, point });
}

/** What can be done with the selection; the bar keeps its place, so that the text does not move when something is selected. */
function articleBar(b) {
  if (!b.store.live) return h("div", { class: "fcw-bar" }, h("strong", {}, b.w("article")));
  const { ui } = b;
  const c = b.chosen;
  const cut = cutPlace(b);
  const toggle = (key, label, on) => button(b, label, () => (key === "caret" ? toggleCaret(b) : b.set({ [key]: !on })), { "aria-pressed": String(Boolean(on)), "data-key": `bar/${key}` });
  if (ui.edges) {
    return h("div", { class: "fcw-bar", role: "toolbar", "aria-label": b.w("edges"), onKeyDown: roving },
      h("strong", {}, b.w("edges_hint")), button(b, b.w("keep_edges"), () => keepEdges(b), { class: "fcw-main", "data-key": "bar/keep" }), button(b, b.w("cancel"), () => leaveEdges(b), { "data-key": "bar/cancel" }),
      moveButton(b, "start", false), moveButton(b, "start", true), moveButton(b, "end", false), moveButton(b, "end", true));
  }
  if (ui.pick) {
    return h("div", { class: "fcw-bar", role: "toolbar", "aria-label": b.w(`pick_${ui.pick.part}`), onKeyDown: roving },
      h("strong", {}, b.w(`pick_${ui.pick.part}`)), button(b, b.w(`this_${ui.pick.part}`), () => pickPart(b), { class: "fcw-main", disabled: !ui.selection, "data-key": "bar/pick", "aria-keyshortcuts": "C" }), button(b, b.w("cancel"), () => leavePick(b), { "data-key": "bar/cancel", "aria-keyshortcuts": "Escape" }), toggle("caret", b.w("caret"), ui.caret));
  }
  return h("div", { class: "fcw-bar", role: "toolbar", "aria-label": b.w("article_tools"), onKeyDown: roving },
    button(b, b.w("mark"), () => mark(b), { class: "fcw-main", disabled: !ui.selection, "data-key": "bar/mark", "aria-keyshortcuts": "C" }),
    button(b, c ? b.w("trim_to", c.number) : b.w("trim"), () => trim(b), { disabled: !ui.selection || !c, "data-key": "bar/trim" }),
    button(b, b.w("split"), () => split(b), { disabled: cut === null, "data-key": "bar/split", "aria-keyshortcuts": "S" }),
    button(b, b.w("edges"), () => startEdges(b), { disabled: !c, "data-key": "bar/edges", "aria-keyshortcuts": "M", tabindex: -1 }),
    button(b, b.w("sentence"), () => selectSentence(b), { disabled: ui.point === null && !ui.selection, "data-key": "bar/sentence", "aria-keyshortcuts": "D", tabindex: -1 }),
    toggle("chain", b.w("show_chain"), ui.chain), toggle("caret", b.w("caret"), ui.caret), toggle("free", b.w("free"), ui.free));
}

const moveButton = (b, which, forward) => button(b, b.w(`${which}_${forward ? "on" : "back"}`), () => moveEdge(b, which, forward), { "data-key": `bar/${which}_${forward}`, tabindex: -1 });

/** A caret in the text, or none: it begins at the chosen claim, else where the text shows. */
export function toggleCaret(b) {
  b.ui.caret = !b.ui.caret;
  b.redraw();
  const pane = b.ui.passage ? b.capturePane : b.pane;
  if (!pane) return;
  pane.element.focus({ preventScroll: true });
  if (!b.ui.caret) return;
  const at = b.ui.passage ? b.ui.passage.place?.[0] ?? pane.firstInView() : b.chosen?.start ?? pane.firstInView();
  pane.select(at, at);
}

/** Where the chosen claim would be cut: the caret, or where a selection begins, inside it. */
function cutPlace(b) {
  const c = b.chosen, at = b.ui.selection ? b.ui.selection[0] : b.ui.point;
  return c && c.status !== "dismissed" && at !== null && at > c.start && at < c.end ? at : null;
}

/** A passage as it is seen, and of which text: a place in another article is refused. */
const exactly = (b, [start, end]) => ({ start, end, exact: b.pane?.words(start, end) ?? "", article: b.pane?.of ?? "" });

export function clearSelection(b) {
  b.pane?.clear();
  b.set({ selection: null, edges: null, pick: null });
}

export async function mark(b) {
  if (b.ui.pick) return pickPart(b);
  if (!b.ui.selection) return b.say(b.w("select_hint"));
  const range = b.ui.selection;
  const id = await b.ask("mark", exactly(b, range), { said: b.w("made", [...b.store.article.text.slice(...range)].length) });
  if (typeof id === "string") {
    clearSelection(b);
    b.choose(id);
  }
}

export async function trim(b) {
  const c = b.chosen;
  if (b.ui.selection && c && (await b.ask("trim", { id: c.id, ...exactly(b, b.ui.selection) }, { saw: { [`claim:${c.id}`]: c.v ?? "" } }))) clearSelection(b);
}

export async function split(b) {
  const at = cutPlace(b);
  if (at === null) return b.say(b.w("split_hint"));
  const ids = await b.ask("split", { id: b.ui.chosen, at, article: b.pane?.of ?? "" });
  if (Array.isArray(ids)) {
    clearSelection(b);
    b.choose(ids[0]);
  }
}

/** The sentence that holds the caret or selection; again, the next one as well. */
export function selectSentence(b) {
  const { selection, point } = b.ui;
  const [from, to] = selection ?? [point, point];
  if (from === null) return b.say(b.w("sentence_hint"), true);
  const sentences = b.store.article.sentences;
  const over = sentences.filter(([start, end]) => start < Math.max(to, from + 1) && end > from);
  if (!over.length) return undefined;
  let end = over.at(-1)[1];
  if (selection && over[0][0] === from && end === to) end = sentences.find(([start]) => start >= to)?.[1] ?? end;
  return b.pane?.select(over[0][0], end);
}

// ---- moving the edges of the chosen claim

export function startEdges(b) {
  const c = b.chosen;
  if (!c) return b.say(b.w("pick_hint"));
  b.ui.edges = { id: c.id, start: c.start, end: c.end };
  b.redraw();
  showEdges(b);
  b.focusKey("article");
}

function showEdges(b) {
  b.pane?.reveal(b.ui.edges.start, b.ui.edges.end);
  b.pane?.select(b.ui.edges.start, b.ui.edges.end);
}

export function moveEdge(b, which, forward) {
  const { edges } = b.ui, { text } = b.store.article;
  if (!edges) return;
  // A start moves to where a word starts, an end to where one ends, whichever way it goes.
  let to = edges[which];
  const atStart = which === "start";
  if (b.ui.free) to = nextEdge(text, to, forward, true);
  else {
    const fits = (i) => nextEdge(text, i - 1, true, true) === i && (atStart ? nextEdge(text, i + 1, false, false) === i : nextEdge(text, i - 1, true, false) === i);
    do to += forward ? 1 : -1; while (to > 0 && to < text.length && !fits(to));
    to = Math.max(0, Math.min(text.length, to));
  }
  if (atStart ? to < edges.end : to > edges.start) edges[which] = to;
  showEdges(b);
  b.say(text.slice(edges.start, edges.end).slice(0, 200));
}

export async function keepEdges(b) {
  const { edges } = b.ui, c = b.chosen;
  if (!edges || !c) return;
  const range = snapped(b.store.article.text, [edges.start, edges.end], true);
  b.ui.edges = null;
  if (range && (range[0] !== c.start || range[1] !== c.end)) await b.ask("trim", { id: edges.id, ...exactly(b, range) }, { saw: { [`claim:${c.id}`]: c.v ?? "" } });
  clearSelection(b);
}

export function leaveEdges(b) {
  clearSelection(b);
  b.focusKey("article");
}

// ---- picking the source or cue of a step in the text

/** Begin to pick: the next selection is that part. With the mouse it is taken when the button is let go. `from` is where one comes from. */
export function startPick(b, pick) {
  b.pane?.clear();
  b.set({ pick, chain: true, passage: null, wide: false, selection: null, edges: null });
  b.redraw();
  b.focusKey("article");
  b.say(b.w(`pick_${pick.part}`));
}

export function pickPart(b) {
  const { pick, selection } = b.ui;
  if (!pick) return;
  if (!selection) { b.say(b.w(`pick_${pick.part}`), true); return; }
  const text = b.store.article.text.slice(...selection);
  pick.take(pick.part === "source" ? { source: text, span: selection } : { cue: text, cue_span: selection });
  leavePick(b, `${b.w("picked_part")} ${text}`);
}

/** Back to the step, with what was picked or without. */
export function leavePick(b, said = b.w("pick_left")) {
  const { from } = b.ui.pick ?? {};
  clearSelection(b);
  b.redraw();
  b.focusKey(from);
  b.say(said);
}
