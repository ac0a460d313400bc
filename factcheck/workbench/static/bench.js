// @ts-check
// One view of the workbench: what is chosen, typed and shown here, and the acts that panels ask for. The store is shared, this is not.
import { Drafts } from "./drafts.js";
import { storeOf } from "./store.js";
import { inDigits, told, visible } from "./text.js";

/** What a view shows before anybody has done anything in it. @returns {any} */
const nothingYet = () => ({
  chosen: "", tab: "claim", order: "position", filter: "all", kind: "", query: "", picked: new Set(), anchor: "", wide: false,
  chain: false, caret: false, free: false, edges: null, selection: null, point: null, pick: null,
  passage: null, refusal: null, help: false, keys: true, aside: "", status: "", alarm: false,
  target: "", history: null, why: {}, sources: new Set(),
});

export class Bench {
  /** @param {import("./store.js").Model} model @param {HTMLElement} root @param {() => void} render */
  constructor(model, root, render) {
    this.model = model;
    this.root = root;
    this.store = storeOf(model);
    this.drafts = new Drafts(model, () => this.store.facts.case, () => this.store.drafts);
    this.uid = `fcw${Math.random().toString(36).slice(2, 8)}`;
    this.render = render;
    this.due = false;
    this.files = new Map(); // field -> File
    this.holds = new Map(); // control -> what was chosen there and is being asked for
    this.ui = nothingYet();
    this.shownCase = this.store.facts.case;
    if (this.store.live) this.say(this.w("saved", this.store.facts.entry));
  }

  // ---- words

  get lang() { return this.model.get("lang"); }
  get arabic() { return this.lang === "ar"; }

  /** A word of the interface; {0}, {1} are filled in. */
  w(key, ...values) {
    const pair = this.model.get("words")[key];
    const text = pair ? pair[this.arabic ? 0 : 1] : key;
    return values.reduce((filled, value, i) => filled.replace(`{${i}}`, this.n(value)), text);
  }

  /** What the kernel tells in both languages. */
  both(texts) { return texts?.[this.lang] ?? texts?.en ?? texts?.ar ?? ""; }

  /** A number or date in the digits that the desk has set. */
  n(value) { return inDigits(value, this.arabic && this.store.facts.settings?.digits === "arabic"); }

  /** A moment in the desk's zone. */
  time(at) {
    const zone = this.store.facts.settings?.zone || "UTC";
    try {
      const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(new Date(at));
      const of = (type) => parts.find((part) => part.type === type)?.value;
      return this.n(`${of("year")}-${of("month")}-${of("day")} ${of("hour")}:${of("minute")}`);
    } catch { return String(at).slice(0, 16); }
  }

  switchLanguage() {
    this.model.set("lang", this.arabic ? "en" : "ar");
    this.model.save_changes();
    if (this.store.live) this.say(this.w("saved", this.store.facts.entry));
    this.draw();
  }

  // ---- drawing

  draw() {
    if (this.due) return;
    this.due = true;
    queueMicrotask(() => {
      this.due = false;
      this.redraw();
    });
  }

  redraw() {
    const before = /** @type {HTMLElement | null} */ (this.root.contains(document.activeElement) ? document.activeElement : null);
    const key = before?.dataset.key;
    const panel = before?.closest("[data-panel]")?.getAttribute("data-panel");
    this.render();
    if (this.toTop) {
      this.toTop = false;
      const panel = this.root.querySelector(".fcw-panel");
      if (panel) panel.scrollTop = 0;
    }
    if (!before) return;
    if (before.matches(":disabled") && this.root.contains(before)) {
      /** @type {HTMLElement | null | undefined} */ (before.parentElement?.querySelector("button:not(:disabled)"))?.focus();
      if (document.activeElement === before) this.focus(".fcw-listbox");
    }
    if (!this.root.contains(document.activeElement)) this.focusKey(key) || this.focus(`[data-panel="${panel}"] :is(.fcw-panel, .fcw-listbox, .fcw-text, button)`) || this.focus(".fcw-listbox");
  }

  set(changes) {
    Object.assign(this.ui, changes);
    this.draw();
  }

  /** Focus what a selector finds; returns whether it did. */
  focus(selector) {
    const found = /** @type {HTMLElement | null} */ (this.root.querySelector(selector));
    found?.focus();
    return Boolean(found) && document.activeElement === found;
  }

  focusKey(key) { return Boolean(key) && this.focus(`[data-key="${CSS.escape(key)}"]`); }

  /** The status line, read out by screen readers. */
  say(text, alarm = false) {
    this.ui.status = told(text);
    this.ui.alarm = alarm;
    this.draw();
  }

  // ---- acts

  /**
   * Ask the kernel; resolves to the answer's value, or to undefined when it was refused.
   * @param {{ clear?: string[], saw?: Record<string, string>, buffers?: ArrayBuffer[], said?: string, silent?: boolean }} options
   */
  async ask(command, args = {}, options = {}) {
    if (!options.silent) this.say(this.w("saving"));
    const answer = await this.store.ask(command, args, options);
    if (!answer.ok) {
      this.refused({ ...answer, command }, () => this.ask(command, args, { ...options, saw: {} }), options.clear ?? []);
      return undefined;
    }
    this.ui.refusal = null;
    for (const name of options.clear ?? []) this.drafts.forget(name);
    if (!options.silent) this.say(options.said ? `${options.said} · ${this.w("saved", answer.entry)}` : this.w("saved", answer.entry));
    else this.draw();
    return answer.value ?? true;
  }

  refused(answer, again, clear) {
    if (answer.lost) {
      this.say(this.w("lost"), true);
      return;
    }
    this.ui.refusal = { ...answer, again: answer.conflict ? again : null, clear };
    this.say(`${this.w("refused")} ${this.both(answer.message)}`, true);
  }

  // ---- claims

  get chosen() { return this.store.claim(this.ui.chosen); }

  choose(id, { reveal = true } = {}) {
    if (this.ui.chosen !== id) {
      Object.assign(this.ui, { edges: null, pick: null, target: "" });
      this.drafts.forget("e/bears"); // evidence is for the claim that shows, unless somebody picks another target
      this.toTop = true;
    }
    this.ui.chosen = id;
    if (!["evidence", "result", "searches"].includes(this.ui.tab)) this.ui.tab = "claim";
    this.ui.reveal = reveal ? id : "";
    this.draw();
    this.explain(id);
  }

  /** Why a claim was proposed, asked for once. */
  async explain(id) {
    if (!id || this.ui.why[id] || !this.store.claim(id)) return;
    const answer = await this.store.ask("why", { id }, { quiet: true });
    if (answer.ok) {
      this.ui.why[id] = answer.value;
      this.draw();
    }
  }

  open(tab) {
    this.set({ tab, history: null });
    if (tab === "history") this.loadHistory("");
  }

  async openCase(id) {
    this.drafts.leaving();
    if (!(await this.ask("open_case", { id }))) return;
    this.redraw();
    this.focusKey("claims");
  }

  /** Another case is shown, whoever asked for it: what was chosen, typed and looked up in the one before goes. */
  turned() {
    const { order, wide, chain, caret, free, help, keys, status, alarm } = this.ui;
    this.ui = { ...nothingYet(), order, wide, chain, caret, free, help, keys, status, alarm };
    this.shownCase = this.store.facts.case;
    this.drafts.turned();
    this.files.clear();
    this.holds.clear();
    this.draw();
  }

  async loadHistory(subject) {
    const answer = await this.store.ask("history", { subject }, { quiet: true });
    if (answer.ok) this.set({ history: { subject, lines: answer.value } });
  }

  /** The name of a target, as text. */
  targetName(target) {
    const [kind, claim, which, at] = target.split("/");
    const row = claim && this.store.claim(claim);
    const number = row ? `${this.n(row.number)}: ` : "";
    if (kind === "content") return `${number}${this.w("content")}`;
    if (kind === "step") {
      const step = row?.[which]?.[Number(at)];
      return `${number}${this.w("said_by")} ${visible(step?.source ?? "?")}${which === "established" ? ` (${this.w("established_short")})` : ""}`;
    }
    return this.w(kind === "article" ? "article_target" : kind);
  }

  /** Go to where a problem lies. */
  jump(place) {
    const [kind, id] = place.split("/");
    const tabs = { content: "result", step: "result", provenance: "result", omission: "result", claim: "claim", evidence: "evidence", search: "searches", contact: "searches", draft: "review", review: "review", settings: "review", article: "article" };
    const tab = tabs[kind] ?? "claim";
    if (["content", "step", "claim"].includes(kind) && this.store.claim(id)) this.ui.chosen = id;
    if (kind === "article") this.ui.chosen = "";
    this.ui.tab = tab === "article" ? "claim" : tab;
    if (tab === "result") this.ui.target = place;
    if (kind === "evidence") this.ui.card = id;
    this.redraw();
    const wanted = { claim: "[data-key^='ar/']", evidence: `[data-card="${id}"] button, [data-card="${id}"]`, contact: `[data-card="${id}"] textarea`, draft: "[data-key='d/headline/ar']", review: "[data-key='review/comment']", article: "[data-key='facts/outlet']" };
    this.focus(`.fcw-inspector ${wanted[kind] ?? "[data-rating]"}`) || this.focus(".fcw-inspector [data-key]");
  }
}
