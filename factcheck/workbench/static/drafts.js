// @ts-check
// What is typed and not yet sent. It survives a redraw, a reload, a closed tab (the kernel keeps it after half a second) and a restarted
// kernel (this tab keeps it at once, and offers it again when the case is back).

const TO_KERNEL_MS = 500;

export class Drafts {
  /**
   * @param {import("./store.js").Model} model @param {() => string} caseId
   * @param {() => Record<string, string>} told what the kernel keeps of the case; the model's own value may still be that of the case before
   */
  constructor(model, caseId, told) {
    this.model = model;
    this.told = told;
    this.caseId = caseId;
    this.kept = { ...(model.get("drafts") ?? {}), ...this.ofTab() };
    this.timer = 0;
  }

  get storageKey() { return `factcheck/${this.caseId() || "welcome"}`; }

  ofTab() {
    try { return JSON.parse(sessionStorage.getItem(this.storageKey) ?? "{}"); } catch { return {}; }
  }

  reopened() { this.kept = { ...this.kept, ...this.told(), ...this.ofTab() }; }

  /** Another case: its own drafts, and none of the one before. */
  turned() {
    clearTimeout(this.timer);
    this.kept = { ...this.told(), ...this.ofTab() };
  }

  has(name) { return Object.hasOwn(this.kept, name); }
  get(name, fallback = "") { return this.kept[name] ?? fallback; }

  keep(name, value) {
    this.kept[name] = value;
    this.later();
  }

  /** Forget one draft, or with a final slash all whose names begin so. */
  forget(prefix) {
    for (const name of Object.keys(this.kept)) if (name === prefix || (prefix.endsWith("/") && name.startsWith(prefix))) delete this.kept[name];
    this.later();
  }

  later() {
    this.toTab(this.lasting());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.toKernel(), TO_KERNEL_MS);
  }

  /** All but passphrases, which are never written anywhere, and what goes with an act that leads to another case. */
  lasting(without = "secret/") { return Object.fromEntries(Object.entries(this.kept).filter(([name]) => !name.startsWith("secret/") && !name.startsWith(without))); }

  toTab(drafts) {
    try { sessionStorage.setItem(this.storageKey, JSON.stringify(drafts)); } catch { /* a private window keeps nothing */ }
  }

  /** Keep what is typed with this case, all but the form that leads to another. */
  leaving(without = "secret/") {
    this.toTab(this.lasting(without));
    this.toKernel(this.lasting(without));
  }

  toKernel(drafts = this.lasting()) {
    clearTimeout(this.timer);
    try {
      this.model.set("drafts", drafts);
      this.model.save_changes();
    } catch { /* the kernel is gone; this tab keeps them */ }
  }
}
