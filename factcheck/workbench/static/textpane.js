// @ts-check
// A text to read and to select in: the article, or the text of a capture. Paragraphs are drawn by hand, since their text must not move
// while somebody selects in it; only paragraphs near the view carry their marks. Offsets are UTF-16 units of the text.
import { Component, h } from "./vendor/preact.js";
import { hiddenIn, nameOfHidden } from "./text.js";

const FEW = 300; // paragraphs that are all drawn at once
const TOGETHER = 20; // paragraphs of a longer text that are laid out together, so that a mark moves no others
const NEAR = "900px";
const NUMBER_ROW = 28; // pixels of a row of two numbers in the margin; the style sheet says the same

/**
 * @typedef {{ start: number, end: number, kind: string, id?: string, lane?: number, number?: string, label?: string, chosen?: boolean, title?: string }} Mark
 */

export class TextPane extends Component {
  constructor(props) {
    super(props);
    this.lines = [];
    this.text = ""; // what is drawn; the properties may be older or newer while something is shown anew
    this.of = "";
    this.unplaced = new Set();
    this.due = false;
    this.selected = /** @type {[number, number] | null} */ (null);
    this.toReveal = /** @type {[number, number] | null} */ (null);
    this.element = /** @type {any} */ (null);
    this.onSelectionChange = this.onSelectionChange.bind(this);
  }

  render() { return h("div", { class: "fcw-text", ref: (element) => { if (element) this.element = element; } }); }

  shouldComponentUpdate(next) {
    this.show(next, this.props);
    return false;
  }

  componentDidMount() {
    const pane = this.element;
    pane.dataset.key = this.props.name;
    pane.tabIndex = 0;
    pane.addEventListener("beforeinput", (event) => event.preventDefault());
    pane.addEventListener("drop", (event) => event.preventDefault());
    pane.addEventListener("dragover", (event) => event.preventDefault());
    pane.addEventListener("click", (event) => this.onClick(event));
    // Let go anywhere: a selection is often drawn past the text. A finger moves the ends of its selection afterwards, so it is not done.
    pane.addEventListener("pointerdown", (event) => { if (event.pointerType === "mouse") document.addEventListener("pointerup", () => setTimeout(() => this.props.onRelease?.(this.selection())), { once: true }); });
    document.addEventListener("selectionchange", this.onSelectionChange);
    this.near = new IntersectionObserver((entries) => this.onNear(entries), { root: pane, rootMargin: NEAR });
    this.size = new ResizeObserver(() => this.placeNumbers());
    this.size.observe(pane);
    this.guard = new MutationObserver(() => this.restore());
    this.show(this.props, null);
    this.props.held?.(this);
  }

  componentWillUnmount() {
    document.removeEventListener("selectionchange", this.onSelectionChange);
    this.near.disconnect();
    this.size.disconnect();
    this.guard.disconnect();
    this.props.held?.(null);
  }

  // ---- drawing

  show(props, old) {
    const pane = this.element;
    if (old?.dir !== props.dir || old?.lang !== props.lang) { pane.dir = props.dir; pane.lang = props.lang; }
    if (old?.label !== props.label) pane.setAttribute("aria-label", props.label);
    if (!old || old.caret !== props.caret) this.setCaret(props.caret);
    const other = !old || old.text !== props.text || old.of !== props.of;
    if (other) this.build(props.text, props.of ?? "");
    if (other || old.marks !== props.marks) this.mark(props.marks);
    if (props.reveal && props.reveal !== old?.reveal) {
      this.toReveal = props.reveal;
      this.soon();
    }
  }

  setCaret(on) {
    const pane = this.element;
    const attributes = { contenteditable: "true", role: "textbox", "aria-multiline": "true", "aria-readonly": "true", spellcheck: "false", inputmode: "none" };
    for (const [name, value] of Object.entries(attributes)) if (on) pane.setAttribute(name, value); else pane.removeAttribute(name);
    if (!on) pane.setAttribute("role", "article");
    this.guard.disconnect();
    if (on) this.guard.observe(pane, { childList: true, characterData: true, subtree: true });
  }

  build(text, of) {
    this.near.disconnect();
    this.clear();
    this.text = text;
    this.of = of;
    this.selected = null;
    this.toReveal = null;
    this.unplaced.clear();
    this.lines = [];
    const many = text.length > 0 && text.split("\n", FEW + 1).length > FEW;
    const all = document.createDocumentFragment();
    let part = /** @type {Node} */ (all);
    let start = 0;
    for (const words of text.split("\n")) {
      const end = start + words.length;
      if (words.trim()) {
        const p = document.createElement("p");
        p.className = "fcw-words";
        p.dir = "auto";
        p.append(words);
        const row = document.createElement("div");
        row.className = "fcw-line";
        row.append(p);
        if (many && this.lines.length % TOGETHER === 0) {
          part = document.createElement("div");
          /** @type {HTMLElement} */ (part).className = "fcw-far";
          all.append(part);
        }
        part.appendChild(row);
        const line = { start, end, p, gutter: /** @type {HTMLElement | null} */ (null), row, marks: /** @type {Mark[]} */ ([]), drawn: "", wanted: "", near: !many };
        /** @type {any} */ (row).line = line;
        this.lines.push(line);
      }
      start = end + 1;
    }
    this.element.replaceChildren(all);
    this.element.scrollTop = 0;
    if (many) for (const line of this.lines) this.near.observe(line.row);
    this.guard.takeRecords();
  }

  /** @param {Mark[]} marks sorted by start */
  mark(marks) {
    let next = 0;
    /** @type {Mark[]} */
    let open = [];
    const due = [];
    for (const line of this.lines) {
      while (next < marks.length && marks[next].start < line.end) open.push(marks[next++]);
      if (open.length) open = open.filter((m) => m.end > line.start);
      line.marks = open.length ? [...open] : [];
      line.wanted = line.marks.map((m) => `${m.start},${m.end},${m.kind},${m.lane ?? ""},${m.number ?? ""},${m.chosen ? 1 : ""}`).join(";");
      if (line.near && line.wanted !== line.drawn) due.push(line);
    }
    this.drawLines(due);
  }

  onNear(entries) {
    const due = [];
    for (const entry of entries) {
      const line = /** @type {any} */ (entry.target).line;
      line.near = entry.isIntersecting;
      if (line.near && line.wanted !== line.drawn) due.push(line);
    }
    this.drawLines(due);
  }

  drawLines(lines) {
    if (!lines.length) return;
    const kept = this.selected && lines.some((line) => line.start < this.selected[1] && line.end > this.selected[0]) ? this.selected : null;
    for (const line of lines) {
      line.p.replaceChildren(...pieces(this.text, line));
      line.drawn = line.wanted;
    }
    this.guard.takeRecords();
    if (kept) this.select(kept[0], kept[1]);
    lines.forEach((line) => this.unplaced.add(line));
    this.soon();
  }

  /** A composition cannot be prevented: what it wrote is taken out again. */
  restore() {
    for (const line of this.lines) line.drawn = "?";
    this.drawLines(this.lines.filter((line) => line.near));
  }

  /** Numbers of the claims that begin in a line of the text, in the margin beside it. */
  placeNumbers(lines = this.lines.filter((line) => line.near)) {
    const placed = lines.filter((line) => line.drawn !== "").map((line) => {
      const top = line.row.getBoundingClientRect().top;
      const seen = new Set();
      const rows = new Map();
      for (const mark of line.p.querySelectorAll("mark[data-number]")) {
        const id = mark.dataset.claim;
        if (seen.has(id)) continue;
        seen.add(id);
        const y = Math.round((mark.getClientRects()[0]?.top ?? top) - top);
        const at = [...rows.keys()].find((other) => Math.abs(other - y) < 12) ?? y;
        rows.set(at, [...(rows.get(at) ?? []), mark]);
      }
      return { line, rows };
    });
    for (const { line, rows } of placed) {
      if (!rows.size && !line.gutter) continue;
      line.gutter ??= gutterOf(line);
      let free = 0; // numbers that need a second row push those of the next line of the text down
      line.gutter.replaceChildren(...[...rows].sort(([one], [other]) => one - other).map(([y, marks]) => {
        const row = document.createElement("div"), at = Math.max(y, free);
        row.style.insetBlockStart = `${at}px`;
        free = at + NUMBER_ROW * Math.ceil(marks.length / 2);
        row.append(...marks.map((mark) => {
          const number = document.createElement("button");
          number.type = "button";
          number.tabIndex = -1;
          number.textContent = mark.dataset.number;
          number.className = mark.className.replace("fcw-mark", "fcw-number");
          number.setAttribute("aria-label", mark.dataset.label);
          number.dataset.claim = mark.dataset.claim;
          return number;
        }));
        return row;
      }));
    }
    this.guard.takeRecords();
  }

  /** What needs the page laid out is done once, with the next frame. */
  soon() {
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      if (this.unplaced.size) this.placeNumbers([...this.unplaced]);
      this.unplaced.clear();
      if (this.toReveal) this.reveal(this.toReveal[0], this.toReveal[1]);
      this.toReveal = null;
    });
  }

  // ---- selections

  onClick(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const ids = [];
    for (let at = target.closest("[data-claim]"); at && this.element.contains(at); at = at.parentElement?.closest("[data-claim]") ?? null) ids.push(at.getAttribute("data-claim"));
    if (!ids.length || (!target.closest("button") && this.selection())) return;
    this.props.onMark?.(ids);
  }

  onSelectionChange() {
    const selection = getSelection();
    this.selected = null;
    if (!selection?.rangeCount || !this.element.contains(selection.anchorNode) || !this.element.contains(selection.focusNode)) return;
    this.selected = /** @type {[number, number] | null} */ (this.selection()); // remembered, since asking the browser lays out the page
    this.props.onSelect?.(this.selected, selection.isCollapsed ? this.offsetOf(selection.anchorNode, selection.anchorOffset) : null);
  }

  /** What is selected here, as [start, end], or null. */
  selection() {
    const selection = getSelection();
    if (!selection?.rangeCount || selection.isCollapsed || !this.element.contains(selection.anchorNode)) return null;
    const range = selection.getRangeAt(0);
    if (!this.element.contains(range.commonAncestorContainer)) return null;
    const start = this.offsetOf(range.startContainer, range.startOffset, true), end = this.offsetOf(range.endContainer, range.endOffset, false);
    return start === null || end === null || start >= end ? null : [start, end];
  }

  /** The offset of a point of the document; one that lies between paragraphs goes to the next (or, as an end, to the one before). */
  offsetOf(node, offset, forward = true) {
    const p = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest(".fcw-words");
    const range = document.createRange();
    if (p) {
      range.selectNodeContents(p);
      range.setEnd(node, offset);
      return p.parentElement.line.start + range.toString().length;
    }
    range.setStart(node, offset);
    range.collapse(true);
    const at = this.lines.findIndex((line) => range.comparePoint(line.p, 0) >= 0);
    if (forward) return at < 0 ? null : this.lines[at].start;
    const before = this.lines[(at < 0 ? this.lines.length : at) - 1];
    return before ? before.end : null;
  }

  /** The point of the document at an offset. */
  pointAt(offset) {
    const line = this.lines.find((l) => offset <= l.end) ?? this.lines.at(-1);
    if (!line) return null;
    let left = Math.max(0, offset - line.start);
    const walker = document.createTreeWalker(line.p, NodeFilter.SHOW_TEXT);
    let node = null;
    while (walker.nextNode()) {
      node = /** @type {Text} */ (walker.currentNode);
      if (left <= node.data.length) return { node, offset: left, line };
      left -= node.data.length;
    }
    return node ? { node, offset: node.data.length, line } : null;
  }

  select(start, end) {
    const from = this.pointAt(start), to = this.pointAt(end);
    if (from && to) getSelection()?.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
  }

  /** The words that stand on the page from one offset to another: as somebody sees them, not as they ought to be. */
  words(start, end) {
    let words = "", at = start;
    for (const line of this.lines.filter((l) => l.start < end && l.end > start)) {
      words += this.text.slice(at, Math.max(at, line.start)) + line.p.textContent.slice(Math.max(start - line.start, 0), end - line.start);
      at = line.end;
    }
    return words + this.text.slice(Math.min(at, end), end);
  }

  /** The offset of the first line in view. */
  firstInView() {
    const top = this.element.getBoundingClientRect().top;
    return (this.lines.find((line) => line.row.getBoundingClientRect().bottom > top + 4) ?? this.lines[0])?.start ?? 0;
  }

  clear() {
    if (this.element.contains(getSelection()?.anchorNode ?? null)) getSelection()?.removeAllRanges();
  }

  /** Scroll the pane, and nothing around it, so that a passage shows. */
  reveal(start, end) {
    const point = this.pointAt(start);
    if (!point) return;
    const range = document.createRange();
    range.setStart(point.node, point.offset);
    const last = this.pointAt(end);
    if (last) range.setEnd(last.node, last.offset);
    const words = range.getBoundingClientRect(), pane = this.element.getBoundingClientRect();
    const box = words.height ? words : point.line.row.getBoundingClientRect();
    if (box.top < pane.top + 8 || box.bottom > pane.bottom - 8) this.element.scrollTop += box.top - pane.top - pane.height / 3;
  }
}

/** The margin of a line, made when it has something to show. */
function gutterOf(line) {
  const gutter = document.createElement("div");
  gutter.className = "fcw-gutter";
  gutter.setAttribute("contenteditable", "false");
  line.row.prepend(gutter);
  return gutter;
}

/** The nodes of one paragraph: text between the edges of its marks, each inside the marks that cover it, the longest outside. */
function pieces(text, line) {
  const { start, end, marks } = line;
  const words = text.slice(start, end);
  const hidden = hiddenIn(words).map(([from, to]) => [from + start, to + start]);
  const edges = [...new Set([start, end, ...marks.flatMap((m) => [m.start, m.end]), ...hidden.flat()].filter((at) => at >= start && at <= end))].sort((a, b) => a - b);
  const nodes = [];
  const begun = new Set();
  for (let i = 0; i + 1 < edges.length; i++) {
    const [from, to] = [edges[i], edges[i + 1]];
    let node = /** @type {Node} */ (document.createTextNode(text.slice(from, to)));
    if (hidden.some(([s]) => s === from)) node = hiddenCharacter(text.slice(from, to), node);
    const over = marks.filter((m) => m.start <= from && m.end >= to).sort((a, b) => rank(a) - rank(b) || (a.end - a.start) - (b.end - b.start));
    for (const mark of over) {
      const first = mark.start === from || (from === start && mark.start < start && !begun.has(mark));
      begun.add(mark);
      node = wrapped(mark, node, first && mark.start >= start);
    }
    nodes.push(node);
  }
  return nodes;
}

/** Parts of a chain lie inside claims, claims inside what became of the sentence. */
const rank = (mark) => (mark.kind === "source" || mark.kind === "cue" ? 0 : mark.id ? 1 : 2);

function wrapped(mark, node, first) {
  const element = document.createElement(mark.id || rank(mark) === 0 ? "mark" : "span");
  element.className = `fcw-mark fcw-${mark.kind}${mark.chosen ? " fcw-chosen" : ""}`;
  if (mark.title) element.title = mark.title;
  if (mark.id) {
    element.dataset.claim = mark.id;
    element.style.setProperty("--lane", String(mark.lane ?? 0));
    if (first && mark.number) {
      element.dataset.number = mark.number;
      element.dataset.label = mark.label ?? mark.number;
    }
  }
  element.append(node);
  return element;
}

/** A hidden character, named beside its place by the style sheet, so that offsets stay and its power over direction ends with it. */
function hiddenCharacter(char, node) {
  const element = document.createElement("span");
  element.className = "fcw-hidden";
  element.dataset.name = nameOfHidden(char);
  element.title = nameOfHidden(char);
  element.append(node);
  return element;
}

/** Lanes, so that marks that overlap are underlined beneath each other: each mark gets the first lane that is free where it begins. */
export function inLanes(marks) {
  /** @type {number[]} */
  const ends = [];
  for (const mark of marks) {
    let lane = ends.findIndex((end) => end <= mark.start);
    if (lane < 0) lane = ends.length;
    ends[lane] = mark.end;
    mark.lane = Math.min(lane, 3);
  }
  return marks;
}
