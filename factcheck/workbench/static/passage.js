// @ts-check
// The captured text, where the article stood, beside the claim: a quote is chosen by selecting it there.
import { h } from "./vendor/preact.js";
import { fold, say, snapped } from "./text.js";
import { button, soft } from "./parts.js";
import { toggleCaret } from "./article.js";
import { TextPane } from "./textpane.js";

export async function openPassage(b, id) {
  const answer = await b.ask("passage", { id }, { silent: true });
  if (!answer || typeof answer !== "object") return;
  if (!answer.text) { b.say(b.w("no_text"), true); return; }
  b.set({ passage: { id, ...answer, selection: null, query: "", found: null, at: -1, reveal: answer.place ?? answer.candidates[0] ?? null } });
  b.redraw();
  b.focusKey("capture");
}

export function closePassage(b) {
  const id = b.ui.passage?.id;
  b.set({ passage: null });
  b.redraw();
  b.focusKey(`passage/${id}`);
}

export function passagePane(b) {
  const p = b.ui.passage;
  const e = b.store.tables.evidence.get(p.id);
  const marks = p.found ?? [...(p.place ? [{ start: p.place[0], end: p.place[1], kind: "quoted" }] : []), ...p.candidates.map(([start, end]) => ({ start, end, kind: "candidate" }))];
  marks.sort((x, y) => x.start - y.start);
  return h("section", { class: "fcw-article fcw-passage", "aria-label": b.w("captured_text"), "data-panel": "article" },
    h("div", { class: "fcw-bar", role: "group", "aria-label": b.w("captured_text") },
      button(b, b.w("quote_this"), () => quoteThis(b), { class: "fcw-main", disabled: !p.selection, "data-key": "capture/quote" }),
      p.candidates.map((range, i) => button(b, b.w("candidate", i + 1), () => show(b, range), { key: i, "data-key": `capture/candidate/${i}` })),
      h("label", {}, h("span", { class: "fcw-out" }, b.w("search_text")), h("input", { type: "search", dir: "auto", placeholder: b.w("search_text"), "data-key": "capture/query", value: p.query, onInput: (event) => find(b, event.target.value), onKeyDown: (event) => { if (event.key === "Enter") { event.preventDefault(); next(b); } } })),
      p.found ? soft(b.w("found_count", p.found.length)) : null,
      button(b, b.w("caret"), () => toggleCaret(b), { "aria-pressed": String(b.ui.caret), "data-key": "capture/caret" }),
      button(b, b.w("back_to_article"), () => closePassage(b), { "data-key": "capture/close" })),
    h("p", { class: "fcw-soft" }, say(e?.title || e?.url || "")),
    h(TextPane, {
      key: `capture/${p.id}`, name: "capture", text: p.text, dir: p.dir, lang: p.lang, marks: b.passageMarks?.key === JSON.stringify(marks) ? b.passageMarks.list : (b.passageMarks = { key: JSON.stringify(marks), list: marks }).list, label: b.w("captured_text"), caret: b.ui.caret, reveal: p.reveal,
      held: (pane) => { b.capturePane = pane; },
      onSelect: (range) => b.set({ passage: { ...b.ui.passage, selection: range ? snapped(p.text, range, b.ui.free) : null } }),
    }));
}

function show(b, range) {
  b.capturePane?.reveal(range[0], range[1]);
  b.capturePane?.select(range[0], range[1]);
}

export async function quoteThis(b) {
  const p = b.ui.passage;
  if (!p?.selection) return b.say(b.w("select_quote"), true);
  const [start, end] = p.selection;
  if (await b.ask("quote", { id: p.id, start, end, exact: p.text.slice(start, end) }, { saw: { [`evidence:${p.id}`]: b.store.tables.evidence.get(p.id)?.v ?? "" } })) closePassage(b);
}

/** Folded text with the place of each of its characters, so that what is found can be shown. */
function foldedWithPlaces(text) {
  const known = new Map();
  const letters = [], places = [];
  for (let i = 0; i < text.length;) {
    const char = String.fromCodePoint(text.codePointAt(i) ?? 32);
    let as = known.get(char);
    if (as === undefined) known.set(char, (as = fold(char)));
    for (const letter of as) if (letter !== " " || letters.at(-1) !== " ") { letters.push(letter); places.push(i); }
    i += char.length;
  }
  places.push(text.length);
  return { text: letters.join(""), places, letters };
}

function find(b, query) {
  const p = b.ui.passage;
  const wanted = fold(query.trim());
  let found = null;
  if (wanted) {
    p.folded ??= foldedWithPlaces(p.text);
    found = [];
    for (let at = p.folded.text.indexOf(wanted); at >= 0 && found.length < 1000; at = p.folded.text.indexOf(wanted, at + 1)) found.push({ start: p.folded.places[at], end: p.folded.places[at + wanted.length], kind: "found" });
  }
  b.set({ passage: { ...p, query, found, at: -1 } });
}

function next(b) {
  const p = b.ui.passage;
  if (!p.found?.length) return;
  const at = (p.at + 1) % p.found.length;
  b.set({ passage: { ...p, at } });
  show(b, [p.found[at].start, p.found[at].end]);
}
