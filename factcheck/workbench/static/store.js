// @ts-check
// What the kernel told, and how it is asked. One store for each model, shared by all its views; the kernel owns the state.

/** What is not told of a claim when it is usual. */
const USUAL = { status: "proposed", checkable: true, polarity: "asserts", priority: "normal", worth: 0 };
const SLOW_MS = 3000;
const SHOWN_MS = 400; // an act under way that ends sooner is not shown as such
const UPLOAD_PART = 4 * 1024 * 1024; // bytes; a message may hold 10 MB

/** @typedef {{ get: (name: string) => any, set: (name: string, value: any) => void, save_changes: () => void, on: Function, off: Function, send: Function, comm_live?: boolean }} Model */

export class Store {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.seq = 0;
    this.article = { text: "", lang: "ar", dir: "rtl", credit: [], sentences: [], reasons: {} };
    this.facts = /** @type {any} */ ({});
    this.drafts = /** @type {Record<string, string>} */ ({}); // as of the last time that everything was told
    /** @type {Record<string, Map<string, any>>} */
    this.tables = Object.fromEntries(["claims", "evidence", "bearings", "groups", "searches", "contacts", "archives", "rechecks", "verdicts"].map((name) => [name, new Map()]));
    this.claimsVersion = 0; // counts changes of claims and their results
    this.ordered = /** @type {any[]} */ ([]);
    this.version = 0; // counts every change; what is derived is made again when it is another
    this.connection = "live"; // live, slow, lost
    this.listeners = new Set();
    this.pending = new Map();
    this.inFlight = new Map();
    /** Acts that take long, by request, asked for here or elsewhere. @type {Map<string, { told: [string, number, number], since: number }>} */
    this.underWay = new Map();
    this.made = new Map();
    this.resyncing = false;
    this.take(model.get("whole"));
    this.onMessage = this.onMessage.bind(this);
    this.onComm = () => { if (model.comm_live === false) this.connect("lost"); };
    model.on("msg:custom", this.onMessage);
    model.on("comm_live_update", this.onComm);
  }

  close() {
    this.model.off("msg:custom", this.onMessage);
    this.model.off("comm_live_update", this.onComm);
  }

  /** Acts that have been under way for a while: [request, [command, how many are done, of how many]]. */
  get longActs() { return [...this.underWay].filter(([, act]) => Date.now() - act.since >= SHOWN_MS).map(([request, act]) => [request, act.told]); }

  get live() { return Boolean(this.facts.case); }

  // ---- being told

  take(bytes) {
    if (!bytes || typeof bytes === "number") return;
    const view = bytes instanceof DataView ? bytes : new DataView(bytes.buffer ?? bytes);
    const whole = JSON.parse(new TextDecoder().decode(view));
    if (whole.article) this.article = whole.article;
    this.facts = whole.facts ?? {};
    this.drafts = whole.drafts ?? {};
    this.seq = whole.seq ?? 0;
    this.underWay = new Map(Object.entries(whole.under_way ?? {}).map(([request, told]) => [request, { told, since: 0 }]));
    for (const name of Object.keys(this.tables)) this.tables[name] = new Map(Object.entries(whole[name] ?? {}));
    this.changed({ whole: true });
  }

  onMessage(message, buffers) {
    if (message.whole && buffers?.length) {
      this.resyncing = false;
      this.take(buffers[0]);
    }
    if (message.tell) this.told(message.tell);
    if (!message.request) return;
    const known = this.underWay.get(message.request);
    this.underWay.delete(message.request);
    if (message.under_way) {
      this.underWay.set(message.request, { told: message.under_way, since: known?.since ?? Date.now() });
      if (!known) setTimeout(() => this.connect(this.connection, true), SHOWN_MS);
    }
    this.pending.get(message.request)?.(buffers?.length && !message.whole ? { ...message, bytes: buffers[0] } : message);
    if (known || message.under_way) for (const listener of this.listeners) listener({});
  }

  told(tell) {
    if (tell.seq !== this.seq + 1) {
      if (!this.resyncing && tell.seq !== this.seq) {
        this.resyncing = true;
        this.ask("whole", {}, { quiet: true });
      }
      return;
    }
    this.seq = tell.seq;
    for (const [name, rows] of Object.entries(this.tables)) {
      for (const [id, row] of Object.entries(tell[name] ?? {})) {
        if (row === null) rows.delete(id);
        else rows.set(id, row);
      }
    }
    if (tell.facts) this.facts = { ...this.facts, ...tell.facts };
    this.changed(tell);
  }

  changed(tell) {
    this.version++;
    if (tell.whole || tell.claims || tell.verdicts) this.claimsVersion++;
    for (const listener of this.listeners) listener(tell);
  }

  connect(how, tell = false) {
    if (this.connection === how && !tell) return;
    this.connection = how;
    if (how === "lost") this.underWay.clear();
    for (const listener of this.listeners) listener({});
  }

  // ---- asking

  /**
   * Ask the kernel to do something; resolves to its answer. The same act asked for again while it is under way is one act.
   * @returns {Promise<any>}
   */
  ask(command, args = {}, { saw = {}, buffers = [], quiet = false } = {}) {
    const same = JSON.stringify([command, args]);
    const running = this.inFlight.get(same);
    if (running && !buffers.length) return running;
    const asked = this.send(command, args, saw, buffers, quiet).finally(() => this.inFlight.delete(same));
    this.inFlight.set(same, asked);
    return asked;
  }

  send(command, args, saw, buffers, quiet) {
    const request = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
    return new Promise((resolve) => {
      const slow = quiet ? 0 : setTimeout(() => this.connect(this.model.comm_live === false ? "lost" : "slow"), SLOW_MS);
      const gone = () => { if (this.model.comm_live === false) finish({ ok: false, lost: true }); };
      const finish = (answer) => {
        clearTimeout(slow);
        if (answer.under_way) return this.connect("live");
        this.pending.delete(request);
        this.model.off("comm_live_update", gone);
        this.connect(answer.lost ? "lost" : "live");
        return resolve(answer);
      };
      this.pending.set(request, finish);
      this.model.on("comm_live_update", gone);
      try {
        this.model.send({ request, command, arguments: args, saw }, undefined, buffers);
      } catch {
        finish({ ok: false, lost: true });
      }
    });
  }

  /** Bring a file to the kernel, in parts; resolves to the name under which a command finds it, or to "" when that failed. */
  async upload(bytes) {
    const file = `file-${Math.random().toString(36).slice(2)}`;
    for (let at = 0; at < Math.max(1, bytes.byteLength); at += UPLOAD_PART) {
      const answer = await this.ask("upload", { file, at }, { buffers: [bytes.slice(at, at + UPLOAD_PART)] });
      if (!answer.ok) return "";
    }
    return file;
  }

  // ---- what follows from what was told, made once for each change

  derived(name, make, version = this.version) {
    const held = this.made.get(name);
    if (held && held.version === version) return held.value;
    const value = make(this);
    this.made.set(name, { version, value });
    return value;
  }

  /** Claims in order of position, each with its id, number, text and the status that people see; one that did not change is the same object. */
  get claims() {
    return this.derived("claims", () => {
      const results = this.byTarget("verdicts"), rows = this.tables.claims;
      let moved = this.ordered.length !== rows.size;
      const kept = this.ordered.filter((c) => {
        const row = rows.get(c.id);
        moved ||= !row || row.start !== c.start || row.end !== c.end;
        return row;
      });
      const seen = moved ? new Set(kept.map((c) => c.id)) : null;
      let list = kept.map((c) => this.shownClaim(c, c.id, rows.get(c.id), results));
      if (seen) {
        for (const [id, row] of rows) if (!seen.has(id)) list.push(this.shownClaim(null, id, row, results));
        list.sort((a, b) => a.start - b.start || b.end - a.end || (a.id < b.id ? -1 : 1));
      }
      list.forEach((c, i) => { c.number = i + 1; });
      this.ordered = list;
      return list;
    }, this.claimsVersion);
  }

  shownClaim(before, id, row, results) {
    const shown = (row.status ?? "proposed") === "claim" ? this.statusOf({ id, ...row }, results) : row.status ?? "proposed";
    if (before && before.row === row) {
      before.shown = shown;
      return before;
    }
    const claim = { ...USUAL, id, ...row, row, shown, text: this.article.text.slice(row.start, row.end) };
    claim.printed = this.steps(row.printed) ?? [];
    if (row.established) claim.established = this.steps(row.established);
    return claim;
  }

  /** Steps with the words that the article has at their places. */
  steps(chain) {
    const words = (span) => (span ? this.article.text.slice(span[0], span[1]) : undefined);
    return chain?.map((step) => ({ mode: "indirect", source_kind: "person", ...step, source: step.source ?? words(step.span) ?? "", cue: step.cue ?? words(step.cue_span) }));
  }

  statusOf(row, results) {
    if (row.status !== "claim") return row.status;
    const targets = this.targetsOf(row);
    if (targets.some((t) => results.has(t.target))) return "has_result";
    const choices = Object.values(row.choices ?? {});
    if (choices.some(([check]) => check)) return "checking";
    return row.choices?.content && !row.choices.content[0] ? "set_aside" : "accepted";
  }

  /** The colour of a claim that has a result: the tone of the rating of its content; none while that is open, hidden or disputed. */
  toneOf(row) {
    const tones = new Set(this.on("verdicts", `content/${row.id}`).map((v) => v.tone ?? "none"));
    return tones.size === 1 ? [...tones][0] : "none";
  }

  claim(id) {
    return this.derived("claimById", () => new Map(this.claims.map((row) => [row.id, row])), this.claimsVersion).get(id);
  }

  /** What can be asked about a claim: its content, then each step as printed and as established. */
  targetsOf(row) {
    const steps = (which, chain) => (chain ?? []).map((step, i) => ({ target: `step/${row.id}/${which}/${i}`, key: `step/${which}/${i}`, kind: "step", which, step, claim: row.id }));
    return [{ target: `content/${row.id}`, key: "content", kind: "content", claim: row.id }, ...steps("printed", row.printed), ...steps("established", row.established)];
  }

  byTarget(name) {
    return this.derived(`${name}/target`, () => {
      const found = new Map();
      for (const [id, row] of this.tables[name]) if (row.target) found.set(row.target, [...(found.get(row.target) ?? []), { id, ...row }]);
      return found;
    });
  }

  on(name, target) { return this.byTarget(name).get(target) ?? []; }

  /** Evidence on a target, each with its stance; and how many independent sources it goes back to. */
  evidenceOn(target) {
    const found = this.on("bearings", target).filter((b) => this.tables.evidence.has(b.evidence)).map((b) => ({ bearing: b, id: b.evidence, ...this.tables.evidence.get(b.evidence) }));
    const left = new Set(found.map((e) => e.id));
    let sources = 0;
    for (const group of this.tables.groups.values()) {
      const members = group.evidence.filter((id) => left.has(id));
      if (members.length) sources++;
      members.forEach((id) => left.delete(id));
    }
    return { found, sources: sources + left.size };
  }

  nameOf(person) { return this.facts.names?.[person] ?? ""; }
}

const stores = new WeakMap();

/** The store of a model, made on first use. @param {Model} model */
export function storeOf(model) {
  let store = stores.get(model);
  if (!store) stores.set(model, (store = new Store(model)));
  return store;
}
