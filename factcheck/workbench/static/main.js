// @ts-check
// The whole page: header, the three panels, the status line; and what anywidget calls.
import { h, render as renderInto } from "./vendor/preact.js";
import { Bench } from "./bench.js";
import { say, told, visible } from "./text.js";
import { button, field, form, roving, soft, typed } from "./parts.js";
import { articlePane } from "./article.js";
import { listPane } from "./claims.js";
import { claimTab } from "./claim.js";
import { passagePane } from "./passage.js";
import { evidenceTab } from "./evidence.js";
import { searchesTab } from "./searches.js";
import { resultTab } from "./result.js";
import { reviewTab } from "./review.js";
import { historyTab } from "./history.js";
import { deskPanel, showCases } from "./cases.js";
import { keyMap, onKey } from "./keys.js";
import { storeOf } from "./store.js";

const TABS = { claim: claimTab, evidence: evidenceTab, searches: searchesTab, result: resultTab, review: reviewTab, history: historyTab };

function header(b) {
  const { facts } = b.store;
  return h("header", { class: "fcw-header" },
    h("strong", { class: "fcw-title", title: visible(facts.title) }, say(facts.title || b.w("workbench"))), facts.practice ? h("span", { class: "fcw-alarm" }, b.w("practice")) : null,
    h("span", { class: "fcw-actions" },
      button(b, b.w("cases"), () => showCases(b), { "data-key": "header/cases", "aria-expanded": String(b.ui.aside === "cases") }),
      button(b, say(facts.me?.name ?? ""), () => b.set({ aside: b.ui.aside === "person" ? "" : "person" }), { "data-key": "header/person", "aria-expanded": String(b.ui.aside === "person"), "aria-label": `${b.w("who_works")}: ${facts.me?.name ?? ""}` }),
      button(b, `↶ ${b.w("undo")}`, () => b.ask("undo"), { disabled: !facts.undo, "data-key": "undo" }), button(b, `↷ ${b.w("redo")}`, () => b.ask("redo"), { disabled: !facts.redo, "data-key": "redo" }),
      button(b, `⟳ ${b.w("refresh")}`, () => b.ask("refresh"), { "data-key": "refresh" }), languageButton(b),
      button(b, `? ${b.w("keys")}`, () => b.set({ help: !b.ui.help }), { "data-key": "help", "aria-expanded": String(b.ui.help) })));
}

const languageButton = (b) => button(b, b.w("language"), () => b.switchLanguage(), { "data-key": "language", lang: b.arabic ? "en" : "ar" });

function inspector(b) {
  const keys = Object.keys(TABS);
  const awaiting = (b.store.facts.problems ?? []).filter((p) => p.level === "blocks").length;
  const panel = `${b.uid}-panel`;
  return h("section", { class: "fcw-inspector", "aria-label": b.w("inspector"), "data-panel": "inspector" },
    h("div", { class: "fcw-tabs", role: "tablist", "aria-label": b.w("inspector"), onKeyDown: roving }, keys.map((key) => h("button", { type: "button", role: "tab", key, id: `${b.uid}-tab-${key}`, "data-key": `inspector/${key}`, "aria-selected": String(b.ui.tab === key), "aria-controls": panel, tabindex: b.ui.tab === key ? 0 : -1, onClick: () => b.open(key) }, b.w(`tab_${key}`), key === "review" && awaiting ? h("span", { class: "fcw-count" }, b.n(awaiting)) : null))),
    h("div", { role: "tabpanel", id: panel, class: "fcw-panel", tabindex: 0, key: b.ui.tab, "aria-labelledby": `${b.uid}-tab-${b.ui.tab}` }, TABS[b.ui.tab](b)));
}

/** What was refused, until it is seen to: with what changed meanwhile, and both ways out. */
function refusal(b) {
  const { refusal: found } = b.ui;
  if (!found) return null;
  const drop = () => { for (const name of found.clear ?? []) b.drafts.forget(name); for (const name of Object.keys(b.drafts.kept)) if (name.startsWith("@")) b.drafts.forget(name); b.set({ refusal: null }); };
  return h("div", { class: "fcw-lost", role: "alert" }, h("strong", {}, b.w("refused")), " ", told(b.both(found.message)),
    found.detail && b.both(found.message) !== found.detail ? h("details", {}, h("summary", { "data-key": "refusal/more" }, b.w("exactly")), h("p", { dir: "ltr", lang: "en" }, told(found.detail))) : null,
    pagesToChoose(b, found),
    h("div", { class: "fcw-actions" }, found.again ? [button(b, b.w("keep_mine"), () => found.again(), { class: "fcw-main", "data-key": "refusal/mine" }), button(b, b.w("take_theirs"), drop, { "data-key": "refusal/theirs" })] : null,
      button(b, b.w("close"), () => { b.set({ refusal: null }); b.say(b.w("saved", b.store.facts.entry)); }, { "data-key": "refusal/close" })));
}

/** Pages of a web archive that holds several: one is chosen, and its address stands in the form that was refused. */
function pagesToChoose(b, found) {
  const name = { attach: "e/url", new_case: "n/url" }[found.command];
  if (!found.pages?.length || !name) return null;
  const take = (url) => { b.drafts.keep(name, url); b.set({ refusal: null }); b.redraw(); b.focusKey(name); };
  return h("div", {}, h("p", {}, b.w("choose_page")), h("ul", { class: "fcw-plain fcw-listed" }, found.pages.map((page, i) => h("li", { key: page.url }, h("button", { type: "button", class: "fcw-jump", "data-key": `refusal/page/${i}`, onClick: () => take(page.url) }, say(page.title || page.url)), " ", h("small", {}, h("bdi", { dir: "ltr" }, told(page.url)))))));
}

function connection(b) {
  if (b.store.connection === "lost") return h("div", { class: "fcw-lost", role: "alert" }, b.w("lost"));
  return b.store.connection === "slow" ? h("div", { class: "fcw-slow", role: "status" }, b.w("slow")) : null;
}

/** Acts that take long: how far they are, and a way to end each. */
function underWay(b) {
  const lines = b.store.longActs;
  if (!lines.length) return null;
  return h("ul", { class: "fcw-underway", "aria-label": b.w("under_way"), key: "underway" }, lines.map(([request, [command, done, of]]) => h("li", { key: request },
    h("span", { role: "status" }, `${b.w(`doing_${command}`)}${of ? ` · ${b.w("done_of", done, of)}` : ""}`), h("progress", of ? { max: of, value: done, "aria-label": b.w("under_way") } : { "aria-label": b.w("under_way") }),
    button(b, b.w("stop"), () => b.store.ask("stop", { request }, { quiet: true }), { "data-key": `stop/${command}`, "aria-label": `${b.w("stop")}: ${b.w(`doing_${command}`)}` }))));
}

function welcome(b) {
  const send = () => b.ask("begin", { name: typed(b, "name"), newsroom: typed(b, "newsroom") }, { clear: ["name", "newsroom"] });
  return h("div", { class: "fcw-welcome" }, h("div", { class: "fcw-actions" }, languageButton(b)),
    form(b, "begin", b.w("welcome"), [h("p", { class: "fcw-soft" }, b.w("welcome_why")), field(b, "name", b.w("name"), { attributes: { autocomplete: "name" } }), field(b, "newsroom", b.w("newsroom"))], send, { label: b.w("begin") }), articlePane(b));
}

function page(b) {
  // What is said stays at the foot of what shows of the workbench, and grows there, so that nothing moves under the hand.
  const foot = h("div", { class: "fcw-foot", key: "foot" }, connection(b), b.store.live ? underWay(b) : null, refusal(b),
    h("div", { class: `fcw-status${b.ui.alarm ? " fcw-alarm" : ""}`, role: "status", "aria-live": "polite", key: "status", "data-entry": b.store.facts.entry }, b.ui.status));
  if (!b.store.live) return [welcome(b), foot];
  return [header(b), keyMap(b), deskPanel(b),
    h("div", { class: `fcw-panes${b.ui.wide ? " fcw-wide" : ""}`, key: "panes" }, b.ui.wide ? null : b.ui.passage ? passagePane(b) : articlePane(b), h("div", { class: "fcw-side" }, listPane(b), b.ui.wide ? null : inspector(b))), foot];
}

/** The panels are no higher than what shows of the notebook, so that the whole workbench can be in view. */
function fit(root, signal) {
  let around = /** @type {Element | null} */ (null); // known once the root is in the page, which may be after it is drawn
  const size = new ResizeObserver(() => {
    if (!around && (around = root.closest(".jp-WindowedPanel-outer"))) size.observe(around);
    if (around) root.style.setProperty("--fcw-room", `${around.clientHeight}px`);
  });
  size.observe(root);
  signal.addEventListener("abort", () => size.disconnect());
}

function render({ model, el }) {
  const stop = new AbortController();
  const root = document.createElement("div");
  root.className = "fcw";
  root.setAttribute("role", "region");
  root.setAttribute("data-lm-suppress-shortcuts", "true");
  el.append(root);
  // The static view, an output of the same cell for when no kernel runs, is hidden while this lives. Where outputs of a cell are not
  // beside each other (VS Code, Colab), the page holds nothing but this notebook's outputs.
  const outputs = el.closest(".jp-OutputArea");
  const area = outputs ? [outputs, outputs.parentElement?.closest(".jp-OutputArea")] : [document.body];
  area.forEach((each) => each?.classList.add("fcw-live"));
  fit(root, stop.signal);
  const b = new Bench(model, root, () => {
    if (root.lang !== b.lang) { // set again, even to the same, it would have the browser look at every element
      root.lang = b.lang;
      root.dir = b.arabic ? "rtl" : "ltr";
      root.setAttribute("aria-label", b.w("workbench"));
    }
    renderInto(page(b), root);
  });
  /** Others' acts are told in the status line; what this page asked for is told by its answer. */
  const changed = (tell) => {
    if (tell.whole) {
      if (b.shownCase !== b.store.facts.case) b.turned();
      b.drafts.reopened();
      if (b.store.live && !b.ui.status) b.ui.status = b.w("saved", b.store.facts.entry);
    } else if (tell.facts?.entry !== undefined && !b.store.inFlight.size) b.ui.status = b.w("others_wrote", tell.facts.entry);
    b.draw();
  };
  b.store.listeners.add(changed);
  const redraw = () => b.draw();
  model.on("change:lang", redraw);
  root.addEventListener("keydown", (event) => onKey(b, event), { signal: stop.signal });
  // A shortcut whose selector names the focused element itself is not stopped by the attribute on the root (seen: arrows in Notebook 7).
  root.addEventListener("focusin", (event) => /** @type {Element} */ (event.target).setAttribute("data-lm-suppress-shortcuts", "true"), { signal: stop.signal });
  for (const name of ["dragover", "drop"]) root.addEventListener(name, (event) => event.preventDefault(), { signal: stop.signal });
  window.addEventListener("pagehide", () => b.drafts.toKernel(), { signal: stop.signal });
  b.redraw();
  return () => {
    stop.abort();
    b.store.listeners.delete(changed);
    model.off("change:lang", redraw);
    renderInto(null, root);
    area.forEach((each) => each?.classList.remove("fcw-live"));
  };
}

export default {
  initialize({ model }) {
    const store = storeOf(model);
    return () => store.close();
  },
  render,
};
