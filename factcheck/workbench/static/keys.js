// @ts-check
// Keys, all in one table: what the help lists is what is done. By position on the keyboard, so that an Arabic layout does not change
// them; single keys never while typing; nothing of them reaches the notebook.
import { h } from "./vendor/preact.js";
import { clearSelection, keepEdges, leaveEdges, leavePick, mark, moveEdge, selectSentence, split, startEdges, toggleCaret, trim } from "./article.js";
import { listed } from "./claims.js";
import { nextOpen } from "./result.js";
import { button } from "./parts.js";

const MAIN_TABS = ["claim", "evidence", "searches", "result", "review", "history"];

/** [code, where, word of what it does, what it does]; `where` is any, article or inspector. */
/** @type {[string, string, string, (b: any) => any][]} */
const SINGLE = [
  ["KeyA", "any", "go_article", (b) => b.focusKey(b.ui.passage ? "capture" : "article")],
  ["KeyL", "any", "go_list", (b) => b.focusKey("claims")],
  ["KeyI", "any", "go_claim", (b) => b.focus(".fcw-tabs [aria-selected=true]")],
  ["Slash", "any", "search_claims", (b) => b.focusKey("list/query")],
  ["KeyN", "any", "next_claim", (b) => step(b, 1)],
  ["KeyP", "any", "previous_claim", (b) => step(b, -1)],
  ["KeyY", "any", "accept_next", (b) => acceptAndNext(b)],
  ["KeyO", "any", "next_open", (b) => nextOpen(b)],
  ["KeyC", "article", "mark", (b) => mark(b)],
  ["KeyT", "article", "trim", (b) => trim(b)],
  ["KeyS", "article", "split", (b) => split(b)],
  ["KeyD", "article", "sentence_key", (b) => selectSentence(b)],
  ["KeyM", "any", "edges", (b) => startEdges(b)],
  ["KeyE", "any", "caret_key", (b) => toggleCaret(b)],
  ["KeyW", "any", "free_key", (b) => b.set({ free: !b.ui.free })],
  ["KeyG", "any", "chain_key", (b) => b.set({ chain: !b.ui.chain })],
  ["Escape", "any", "cancel", (b) => (b.ui.help ? b.set({ help: false }) : b.ui.edges ? leaveEdges(b) : b.ui.pick ? leavePick(b) : clearSelection(b))],
];
/** @type {[string, string, (b: any, event: any) => any, string][]} */
const WITH_CONTROL = [
  ["KeyZ", "undo", (b, event) => b.ask(event.shiftKey ? "redo" : "undo"), "Ctrl+Z"],
  ["KeyY", "redo", (b) => b.ask("redo"), "Ctrl+Y"],
];
const MORE = [["Ctrl+Shift+Z", "redo"], ["Ctrl+Enter", "send_and_next"], ["Ctrl+S", "say_saved"], ["1 … 9", "choose_rating"], ["Alt+1 … 6", "open_panel"], ["↑ ↓ Home End", "in_list"], ["Space", "pick_in_list"], ["Delete", "dismiss"], ["?", "keys"]];

function step(b, by) {
  const list = listed(b);
  const at = list.findIndex((c) => c.id === b.ui.chosen);
  const next = list[Math.min(Math.max(at + by, 0), list.length - 1)];
  if (next) {
    b.choose(next.id);
    b.say(`${b.w("claim")} ${b.n(next.number)}: ${b.w(next.shown)}. ${next.text.slice(0, 200)}`);
  }
}

async function acceptAndNext(b) {
  const c = b.chosen;
  if (!c) return;
  if (c.status === "proposed") await b.ask("accept", { ids: [c.id] });
  const list = listed(b);
  const next = list.slice(list.findIndex((o) => o.id === c.id) + 1).find((o) => o.status === "proposed") ?? list.find((o) => o.status === "proposed");
  if (next) b.choose(next.id);
}

const isTyping = (target) => target instanceof Element && Boolean(target.closest("input:not([type=checkbox], [type=radio], [type=file]), textarea, select"));

export function onKey(b, event) {
  if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  const done = () => { event.preventDefault(); event.stopPropagation(); };
  const control = event.ctrlKey || event.metaKey;
  if (control && event.code === "KeyS") {
    done();
    if (b.store.live) b.say(b.w("saved", b.store.facts.entry));
    return;
  }
  if (control && event.code === "Enter") {
    done();
    const form = event.target.closest("form");
    if (form) {
      b.ui.thenNext = form.dataset.form?.startsWith("verdict/") ?? false;
      form.requestSubmit();
    }
    return;
  }
  if (event.shiftKey && event.code === "Enter") event.stopPropagation();
  if (isTyping(event.target) || !b.store.live) {
    if (control || event.altKey) event.stopPropagation();
    return;
  }
  if (control) {
    const found = WITH_CONTROL.find(([code]) => code === event.code);
    if (found) {
      done();
      found[2](b, event);
    }
    return;
  }
  if (event.altKey) {
    const at = /^Digit([1-6])$/.exec(event.code)?.[1];
    if (at) {
      done();
      b.open(MAIN_TABS[Number(at) - 1]);
    }
    return;
  }
  if (b.ui.edges && edgeKey(b, event)) return done();
  if (event.key === "?") { done(); b.set({ help: !b.ui.help }); return; }
  if (!b.ui.keys) return;
  const inArticle = event.target.closest(".fcw-text");
  if (inArticle && event.code === "Enter" && !event.shiftKey) { done(); mark(b); return; }
  const rating = /^Digit([1-9])$/.exec(event.code)?.[1];
  if (rating && b.ui.tab === "result") {
    const radio = /** @type {HTMLElement | null} */ (b.root.querySelector(`.fcw-inspector [data-rating="${rating}"]`));
    if (radio) { done(); radio.click(); radio.focus(); }
    return;
  }
  if (event.shiftKey) return;
  const found = SINGLE.find(([code]) => code === event.code);
  if (!found || (found[1] === "article" && !inArticle && !b.ui.selection)) return;
  done();
  found[3](b);
}

/** While edges are moved: arrows the end, Shift with arrows the start; in the direction of the text. */
function edgeKey(b, event) {
  if (event.code === "Enter") { keepEdges(b); return true; }
  if (event.code === "Escape") { leaveEdges(b); return true; }
  if (!["ArrowLeft", "ArrowRight"].includes(event.code)) return false;
  const forward = (event.code === "ArrowLeft") === (b.store.article.dir === "rtl");
  moveEdge(b, event.shiftKey ? "start" : "end", forward);
  return true;
}

const nameOfKey = (code) => ({ Slash: "/", Escape: "Esc" })[code] ?? code.replace("Key", "");

export function keyMap(b) {
  if (!b.ui.help) return null;
  const line = (key, word) => [h("dt", { key: `t${key}${word}` }, h("kbd", { dir: "ltr" }, key)), h("dd", { key: `d${key}${word}` }, b.w(word))];
  return h("section", { class: "fcw-help", "aria-label": b.w("keys"), "data-panel": "help" }, h("h3", {}, b.w("keys")),
    h("p", { class: "fcw-soft" }, b.w("keys_hint")),
    h("label", { class: "fcw-choice" }, h("input", { type: "checkbox", "data-key": "keys/on", checked: b.ui.keys, onChange: (event) => b.set({ keys: event.target.checked }) }), " ", b.w("single_keys")),
    h("dl", {}, SINGLE.map(([code, , word]) => line(nameOfKey(code), word)), WITH_CONTROL.map(([, word, , shown]) => line(shown, word)), MORE.map(([key, word]) => line(key, word)), line("← →", "edges_keys")),
    button(b, b.w("close"), () => { b.set({ help: false }); b.redraw(); b.focusKey("help"); }, { "data-key": "keys/close" }));
}
