// @ts-check
// The list of claims: filters, search, order, many at once. Only the rows in view are drawn, however many there are.
import { Component, h } from "./vendor/preact.js";
import { clip, fold, say, visible } from "./text.js";
import { button, ratingLabel, roving, select, soft } from "./parts.js";

const ROW = 54; // pixels; the style sheet says the same
const SPARE = 6; // rows drawn beyond the view
const STATUSES = ["proposed", "accepted", "checking", "has_result", "set_aside", "dismissed"];

const FILTERS = {
  all: (c) => c.status !== "dismissed",
  proposed: (c) => c.status === "proposed",
  accepted: (c) => c.status === "claim",
  checking: (c) => c.shown === "checking" || c.shown === "has_result",
  without_evidence: (c, b) => c.shown === "checking" && !c.targets.some((t) => b.store.on("bearings", t.target).length),
  without_result: (c, b) => c.targets.some((t) => c.choices?.[t.key]?.[0] && !b.store.on("verdicts", t.target).length),
  has_result: (c) => c.shown === "has_result",
  disputed: (c, b) => isDisputed(b, c),
  mine: (c, b) => Boolean(c.by) && (c.by === b.store.facts.me?.id || c.targets.some((t) => b.store.on("verdicts", t.target).some((v) => v.by === b.store.facts.me?.id))),
  set_aside: (c) => c.shown === "set_aside",
  dismissed: (c) => c.status === "dismissed",
};

export function isDisputed(b, c) {
  return Boolean(c.others) || b.store.derived("disputed", (store) => {
    const disputed = new Set();
    for (const [target, found] of store.byTarget("verdicts")) if (new Set(found.map((v) => v.rating)).size > 1) disputed.add(target.split("/")[1]);
    return disputed;
  }, b.store.claimsVersion).has(c.id);
}

const ORDERS = {
  position: (x, y) => x.number - y.number,
  worth: (x, y) => y.worth - x.worth || x.number - y.number,
  status: (x, y) => STATUSES.indexOf(x.shown) - STATUSES.indexOf(y.shown) || x.number - y.number,
  kind: (x, y) => (x.kind < y.kind ? -1 : x.kind > y.kind ? 1 : x.number - y.number),
};

/** The claims that the list shows, in its order. */
export function listed(b) {
  const { ui, store } = b;
  const shown = [["without_evidence"].includes(ui.filter) ? store.version : store.claimsVersion, ui.filter, ui.kind, ui.query, ui.order].join("/");
  if (b.listed?.shown === shown) return b.listed.list;
  const wanted = fold(ui.query.trim());
  const needsTargets = ["without_evidence", "without_result", "mine"].includes(ui.filter);
  const list = store.claims.filter((c) => {
    if (needsTargets) c.targets = store.targetsOf(c);
    if (!FILTERS[ui.filter](c, b)) return false;
    if (ui.kind === "checkable" ? !c.checkable : ui.kind && c.kind !== ui.kind) return false;
    return !wanted || searched(c).includes(wanted);
  });
  if (ui.order !== "position") list.sort(ORDERS[ui.order]);
  b.listed = { shown, list };
  return list;
}

const searched = (c) => (c.folded ??= fold([c.number, c.text, ...c.printed.flatMap((s) => [s.source, s.cue ?? ""]), ...Object.values(c.as_checked ?? {})].join(" ")));

// ---- the list

export class ListBox extends Component {
  constructor(props) {
    super(props);
    this.state = { top: 0, height: 600 };
    this.element = /** @type {any} */ (null);
  }

  componentDidMount() {
    this.size = new ResizeObserver(() => this.setState({ height: this.element.clientHeight }));
    this.size.observe(this.element);
    this.bring(this.props.active);
  }

  componentWillUnmount() { this.size.disconnect(); }

  componentDidUpdate(before) {
    if (before.active !== this.props.active || before.shown !== this.props.shown) this.bring(this.props.active);
  }

  /** Scroll the list, and nothing around it, so that a row shows. */
  bring(id) {
    const at = this.props.items.findIndex((item) => item.id === id);
    if (at < 0) return;
    const { top: scrollTop, height: clientHeight } = this.state; // known without laying out the page
    if (at * ROW < scrollTop) this.element.scrollTop = at * ROW;
    else if ((at + 1) * ROW > scrollTop + clientHeight) this.element.scrollTop = (at + 1) * ROW - clientHeight;
  }

  render({ items, active, row, label, name, onKey }, { top, height }) {
    const first = Math.max(0, Math.floor(top / ROW) - SPARE), last = Math.min(items.length, Math.ceil((top + height) / ROW) + SPARE);
    const drawn = items.slice(first, last).map((item, i) => [item, first + i]);
    const at = items.findIndex((item) => item.id === active);
    if (at >= 0 && (at < first || at >= last)) drawn.push([items[at], at]);
    return h("div", {
      class: "fcw-listbox", role: "listbox", tabindex: 0, "aria-label": label, "aria-multiselectable": "true", "data-key": name, ref: (element) => { if (element) this.element = element; },
      "aria-activedescendant": at >= 0 ? `${name}-${active}` : undefined, onScroll: () => this.setState({ top: this.element.scrollTop }), onKeyDown: (event) => onKey(event, this),
    }, h("div", { class: "fcw-rows", role: "presentation", style: `block-size:${items.length * ROW}px` },
      drawn.map(([item, i]) => row(item, { id: `${name}-${item.id}`, key: item.id, role: "option", "aria-posinset": i + 1, "aria-setsize": items.length, style: `inset-block-start:${i * ROW}px` }))));
  }
}

export function listPane(b) {
  const list = listed(b);
  const { ui } = b;
  const counts = b.store.derived("counts", () => Object.fromEntries(Object.entries(FILTERS).map(([key, keep]) => [key, ["without_evidence", "without_result", "mine"].includes(key) ? null : b.store.claims.filter((c) => keep(c, b)).length])), b.store.claimsVersion);
  const filters = Object.keys(FILTERS).map((key) => [key, counts[key] === null ? b.w(key) : `${b.w(key)} (${b.n(counts[key])})`]);
  const kinds = [["", b.w("any_kind")], ["checkable", b.w("checkable")], ...["event", "state", "quantity", "prediction", "intent", "opinion"].map((kind) => [kind, b.w(kind)])];
  return h("section", { class: "fcw-list", "aria-label": b.w("claims"), "data-panel": "list" },
    h("div", { class: "fcw-tools" },
      h("div", { class: "fcw-listtop" },
        h("label", { class: "fcw-search" }, h("span", { class: "fcw-out" }, b.w("search_claims")), h("input", { type: "search", dir: "auto", placeholder: b.w("search_claims"), "data-key": "list/query", value: ui.query, onInput: (event) => b.set({ query: event.target.value }) })),
        button(b, b.w("table"), () => b.set({ wide: !ui.wide }), { "aria-pressed": String(ui.wide), "data-key": "list/wide" }),
        button(b, b.w("set_aside_all"), () => b.ask("set_aside_kinds", { kinds: ["opinion", "intent"], because: b.w("because_opinion") }), { "data-key": "list/aside" })),
      select(b, "list/filter", b.w("filter"), ui.filter, filters, (filter) => b.set({ filter }), { hidden: true }),
      select(b, "list/kind", b.w("kind"), ui.kind, kinds, (kind) => b.set({ kind }), { hidden: true }),
      select(b, "list/order", b.w("order"), ui.order, ["position", "worth", "status", "kind"].map((key) => [key, b.w(`by_${key}`)]), (order) => b.set({ order }), { hidden: true })),
    ui.picked.size ? bulkBar(b) : null,
    ui.wide ? h("div", { class: "fcw-row-head", "aria-hidden": "true" }, [b.w("number_short"), b.w("claim"), b.w("status"), b.w("result"), b.w("kind"), b.w("evidence"), b.w("chain_printed")].map((text) => h("span", { key: text }, text))) : null,
    list.length ? h(ListBox, { items: list, shown: [ui.filter, ui.kind, ui.query, ui.order].join("/"), active: ui.chosen || list[0].id, label: `${b.w("claims")}, ${b.n(list.length)}`, name: "claims", row: (c, attributes) => row(b, c, attributes), onKey: (event, box) => listKey(b, event, box) }) : h("p", { class: "fcw-soft fcw-none" }, b.w("none_shown")));
}

function row(b, c, attributes) {
  const picked = b.ui.picked.has(c.id);
  const verdicts = c.shown === "has_result" ? b.store.targetsOf(c).flatMap((t) => b.store.on("verdicts", t.target)) : [];
  const evidence = b.store.derived("evidenceOfClaim", (store) => {
    const found = new Map();
    for (const bearing of store.tables.bearings.values()) {
      const claim = bearing.target.split("/")[1];
      if (claim) found.set(claim, (found.get(claim) ?? new Set()).add(bearing.evidence));
    }
    return found;
  }).get(c.id)?.size ?? 0;
  const chosen = c.id === b.ui.chosen;
  const sources = c.printed.map((s) => s.source).join(" › ");
  return h("div", {
    ...attributes, class: `fcw-item fcw-${c.shown}${c.shown === "has_result" ? ` fcw-tone-${b.store.toneOf(c)}` : ""}${chosen ? " fcw-chosen" : ""}${picked ? " fcw-picked" : ""}`, "aria-selected": String(b.ui.picked.size ? picked : chosen), "data-id": c.id,
    onClick: (event) => {
      if (event.ctrlKey || event.metaKey) pick(b, c.id);
      else if (event.shiftKey) pickRange(b, c.id);
      else { b.ui.anchor = c.id; b.choose(c.id); }
    },
  },
  h("span", { class: "fcw-pick", "aria-hidden": "true", onClick: (event) => { event.stopPropagation(); pick(b, c.id); } }, picked ? "☑" : "☐"),
  h("span", { class: "fcw-n" }, b.n(c.number)),
  h("span", { class: "fcw-said", dir: b.store.article.dir }, say(clip(c.text, 240))),
  h("span", { class: "fcw-meta" },
    h("span", { class: "fcw-soft fcw-col fcw-statuscol" }, b.w(c.shown), isDisputed(b, c) ? h("strong", { class: "fcw-alarm" }, ` · ${b.w("disputed")}`) : null),
    h("span", { class: "fcw-col fcw-labels" }, verdicts.map((v, i) => [i ? " · " : "", v.target.startsWith("step/") ? soft(b.w("said_short"), " ") : null, ratingLabel(b, v)])),
    h("span", { class: "fcw-soft fcw-col" }, b.w(c.kind), c.priority === "high" ? ` · ${b.w("priority_high")}` : ""),
    h("span", { class: "fcw-soft fcw-col" }, evidence ? b.w("evidence_short", evidence) : ""),
    h("span", { class: "fcw-soft fcw-col fcw-chaincol", dir: sources ? b.store.article.dir : undefined }, sources ? [h("span", { class: "fcw-out" }, `${b.w("chain_printed")}: `), say(clip(sources, 80))] : b.ui.wide ? b.w("own_voice") : "")));
}

function listKey(b, event, box) {
  const list = listed(b);
  const at = list.findIndex((c) => c.id === b.ui.chosen);
  const page = Math.max(1, Math.floor(box.element.clientHeight / ROW) - 1);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1, PageDown: at + page, PageUp: at - page }[event.key];
  const c = list[at];
  if (to !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
    const next = list[Math.max(0, Math.min(list.length - 1, to))];
    if (event.shiftKey && c) { b.ui.picked.add(c.id); b.ui.picked.add(next.id); }
    b.choose(next.id);
  } else if (event.key === "Enter" && c) {
    b.choose(c.id);
    b.redraw();
    b.focus(".fcw-tabs [aria-selected=true]");
  } else if (event.key === " " && c) pick(b, c.id);
  else if (event.key === "Delete" && c) { b.set({ tab: "claim" }); b.redraw(); b.focusKey(`because/${c.id}`); }
  else if ((event.ctrlKey || event.metaKey) && event.code === "KeyA") b.set({ picked: new Set(list.map((one) => one.id)) });
  else if (event.key === "Escape" && b.ui.picked.size) b.set({ picked: new Set() });
  else return;
  event.preventDefault();
  event.stopPropagation();
}

// ---- many at once

export function pick(b, id) {
  const picked = new Set(b.ui.picked);
  if (picked.has(id)) picked.delete(id); else picked.add(id);
  b.set({ picked, anchor: id });
}

function pickRange(b, id) {
  const list = listed(b);
  const [from, to] = [list.findIndex((c) => c.id === (b.ui.anchor || b.ui.chosen)), list.findIndex((c) => c.id === id)].sort((x, y) => x - y);
  b.set({ picked: new Set([...b.ui.picked, ...list.slice(Math.max(0, from), to + 1).map((c) => c.id)]) });
}

function bulkBar(b) {
  const ids = [...b.ui.picked].filter((id) => b.store.claim(id));
  const rows = ids.map((id) => b.store.claim(id));
  const proposals = rows.filter((c) => c.status === "proposed").map((c) => c.id);
  const dismissed = rows.filter((c) => c.status === "dismissed").map((c) => c.id);
  const because = b.drafts.get("bulk/because").trim();
  const act = async (command, args) => { if (await b.ask(command, args, { clear: ["bulk/because"] })) b.set({ picked: new Set() }); };
  const reasoned = (command) => (because ? act(command, { ids, because }) : (b.say(b.w("refused_because"), true), b.focusKey("bulk/because")));
  return h("div", { class: "fcw-bulk", role: "toolbar", "aria-label": b.w("bulk"), onKeyDown: (event) => { if (event.target.tagName !== "INPUT") roving(event); } },
    h("strong", {}, b.w("picked", ids.length)),
    button(b, b.w("accept"), () => act("accept", { ids: proposals }), { disabled: !proposals.length, "data-key": "bulk/accept" }),
    button(b, b.w("check_this"), () => act("check", { ids: rows.filter((c) => c.status !== "dismissed").map((c) => c.id) }), { "data-key": "bulk/check" }),
    button(b, b.w("merge_picked"), async () => { const id = await b.ask("merge", { ids }); if (typeof id === "string") { b.set({ picked: new Set() }); b.choose(id); } }, { disabled: ids.length < 2, "data-key": "bulk/merge" }),
    h("input", { dir: "auto", "aria-label": b.w("because"), placeholder: b.w("because"), "data-key": "bulk/because", value: b.drafts.get("bulk/because"), onInput: (event) => { b.drafts.keep("bulk/because", event.target.value); b.draw(); } }),
    button(b, b.w("set_aside_do"), () => reasoned("set_aside"), { "data-key": "bulk/aside" }),
    button(b, b.w("dismiss"), () => reasoned("dismiss"), { "data-key": "bulk/dismiss" }),
    dismissed.length ? button(b, b.w("restore"), () => act("restore", { ids: dismissed }), { "data-key": "bulk/restore" }) : null,
    button(b, b.w("result_for"), () => { b.set({ tab: "result", target: "picked" }); }, { "data-key": "bulk/result" }),
    button(b, b.w("cancel"), () => b.set({ picked: new Set() }), { "data-key": "bulk/cancel" }), soft());
}
