// @ts-check
// What is typed and not yet sent. It survives a redraw, a reload, a closed tab (the kernel keeps it after half a second) and a restarted
// kernel (this tab keeps it at once, and offers it again when the case is back).

const TO_KERNEL_MS = 500;

export class Drafts {
  /** @param {import("./store.js").Model} model @param {() => string} caseId */
  constructor(model, caseId) {
    this.model = model;
    this.caseId = caseId;
    this.kept = { ...(model.get("drafts") ?? {}), ...this.ofTab() };
    this.timer = 0;
  }

  get storageKey() { return `factcheck/${this.caseId() || "welcome"}`; }

  ofTab() {
    try { return JSON.parse(sessionStorage.getItem(this.storageKey) ?? "{}"); } catch { return {}; }
  }

  reopened() { this.kept = { ...this.kept, ...(this.model.get("drafts") ?? {}), ...this.ofTab() }; }

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
    try { sessionStorage.setItem(this.storageKey, JSON.stringify(this.lasting())); } catch { /* a private window keeps nothing */ }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.toKernel(), TO_KERNEL_MS);
  }

  /** All but passphrases, which are never written anywhere. */
  lasting() { return Object.fromEntries(Object.entries(this.kept).filter(([name]) => !name.startsWith("secret/"))); }

  toKernel() {
    clearTimeout(this.timer);
    try {
      this.model.set("drafts", this.lasting());
      this.model.save_changes();
    } catch { /* the kernel is gone; this tab keeps them */ }
  }
}
