// @ts-check
// Small parts of forms. What is typed goes to the drafts under the field's name at once; a form sends what the drafts hold.
import { h } from "./vendor/preact.js";
import { told, visible } from "./text.js";

export const button = (b, label, action, attributes = {}) => h("button", { type: "button", onClick: action, ...attributes, disabled: b.store.connection === "lost" || attributes.disabled }, label);

export const heading = (text) => h("h4", {}, text);

/** One line or several, in any direction. */
export function field(b, name, label, { area = false, type = "text", value = "", hint = "", dir = "auto", rows = 3, attributes = {} } = {}) {
  const id = `${b.uid}-${name}`;
  const input = h(area ? "textarea" : "input", {
    id, dir, "data-key": name, value: b.drafts.get(name, value), ...(area ? { rows } : { type }), "aria-describedby": hint ? `${id}-hint` : undefined,
    autocomplete: "off", onInput: (event) => b.drafts.keep(name, event.target.value), ...attributes,
  });
  return h("div", { class: "fcw-field", key: name }, h("label", { for: id }, label), input, hint ? h("small", { id: `${id}-hint` }, hint) : null);
}

/** What a field holds now. */
export const typed = (b, name, value = "") => b.drafts.get(name, value);

/** Radios, or checkboxes when several may be taken. Options are [value, label]. */
export function choices(b, name, legend, options, { multiple = false, value = "", inline = false, rating = false } = {}) {
  const taken = new Set(picked(b, name, value));
  const change = (option) => {
    if (!multiple) taken.clear();
    if (multiple && taken.has(option)) taken.delete(option);
    else taken.add(option);
    b.drafts.keep(name, [...taken].join("\n"));
    b.draw();
  };
  return h("fieldset", { class: `fcw-field${inline ? " fcw-inline" : ""}`, key: name }, legend ? h("legend", {}, legend) : null,
    options.map(([option, label], i) => h("label", { class: "fcw-choice", key: option }, h("input", {
      type: multiple ? "checkbox" : "radio", name: `${b.uid}-${name}`, value: option, "data-key": `${name}/${option}`, "data-rating": rating ? i + 1 : undefined,
      checked: taken.has(option), onChange: () => change(option),
    }), h("span", {}, label))));
}

export const picked = (b, name, value = "") => b.drafts.get(name, value).split("\n").filter(Boolean);

/** While the kernel is asked, a control shows what was chosen, not what was so. */
async function holding(b, key, value, act) {
  b.holds.set(key, value);
  try {
    await act();
  } finally {
    b.holds.delete(key);
    b.draw();
  }
}

/** A box to tick that asks the kernel at once. */
export const tick = (b, key, label, checked, act, attributes = {}) => h("label", { class: "fcw-choice" }, h("input", { type: "checkbox", "data-key": key, checked: b.holds.get(key) ?? Boolean(checked), onChange: (event) => holding(b, key, event.target.checked, () => act(event.target.checked)), ...attributes }), " ", label);

export function select(b, key, label, value, options, change, { hidden = false } = {}) {
  value = b.holds.get(key) ?? value;
  return h("label", { class: "fcw-select", key }, h("span", { class: hidden ? "fcw-out" : "" }, label, " "), h("select", { "data-key": key, value, onChange: (event) => holding(b, key, event.target.value, () => change(event.target.value)) }, options.map(([option, text]) => h("option", { value: option, key: option, selected: option === value }, text))));
}

/** A select whose choice is a draft. */
export const draftSelect = (b, name, label, options, value = "") => select(b, name, label, b.drafts.get(name, value), options, (chosen) => { b.drafts.keep(name, chosen); b.draw(); });

export function fileField(b, name, label) {
  const id = `${b.uid}-${name}`;
  const take = (file) => { if (file) b.files.set(name, file); else b.files.delete(name); b.draw(); };
  const held = b.files.get(name);
  return h("div", { class: "fcw-field fcw-drop", key: name,
    onDragOver: (event) => { event.preventDefault(); event.currentTarget.classList.add("fcw-over"); },
    onDragLeave: (event) => event.currentTarget.classList.remove("fcw-over"),
    onDrop: (event) => { event.preventDefault(); event.stopPropagation(); event.currentTarget.classList.remove("fcw-over"); take(event.dataTransfer?.files?.[0]); },
  }, h("div", {}, label), h("label", { class: "fcw-pickfile fcw-choice", for: id }, b.w("choose_file"), h("input", { id, type: "file", "aria-label": `${label}: ${b.w("choose_file")}`, "data-key": name, onChange: (event) => take(event.target.files[0]) })), " ", held ? h("small", {}, h("bdi", {}, told(held.name)), ` · ${b.n(Math.ceil(held.size / 1024))} kB`) : h("small", {}, b.w("drop_here")));
}

/** The bytes of a chosen file, or null. */
export const fileBytes = async (b, name) => (b.files.has(name) ? b.files.get(name).arrayBuffer() : null);

/**
 * A form. `saw` is [register, entry] of what it changes: what the person had before them when they began to type goes with the act, so
 * that nothing is overwritten unseen.
 */
export function form(b, name, title, parts, send, { label = b.w("save"), saw = null, extra = null, danger = false } = {}) {
  const base = `@${name}`;
  const seen = () => (saw ? { [saw[0]]: b.drafts.get(base, saw[1] ?? "") } : {});
  return h("form", {
    class: "fcw-form", "aria-label": title || label, key: name, "data-form": name,
    onInput: () => { if (saw && !b.drafts.has(base)) b.drafts.keep(base, saw[1] ?? ""); },
    onSubmit: async (event) => {
      event.preventDefault();
      if (b.store.connection === "lost") return b.say(b.w("lost"), true);
      const done = await send(seen());
      if (done !== undefined && saw) b.drafts.forget(base);
      return undefined;
    },
  }, title ? heading(title) : null, parts, h("div", { class: "fcw-actions" }, h("button", { type: "submit", class: danger ? "fcw-danger" : "fcw-main", disabled: b.store.connection === "lost", "data-key": `${name}/send` }, label), extra));
}

/** Something that opens; whether it is open is kept here, not in the page, so that drawing anew does not close it. */
export function folded(b, key, summary, body, open = false) {
  const shown = b.ui[`open/${key}`] ?? open;
  return h("details", { class: "fcw-folded", open: shown, key, onToggle: (event) => { if (event.target === event.currentTarget && event.currentTarget.open !== (b.ui[`open/${key}`] ?? open)) b.set({ [`open/${key}`]: event.currentTarget.open }); } }, h("summary", { "data-key": `open/${key}` }, summary), shown ? (typeof body === "function" ? body() : body) : null);
}

/** Arrow keys among buttons of one row; one of them is the Tab stop. */
export function roving(event) {
  const keys = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };
  const row = event.currentTarget;
  const stops = [...row.querySelectorAll("button:not(:disabled)")];
  const at = stops.indexOf(event.target.closest("button"));
  if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
  let to = event.key === "Home" ? 0 : event.key === "End" ? stops.length - 1 : NaN;
  if (event.key in keys) to = at + keys[event.key] * (event.key.endsWith("Right") || event.key.endsWith("Left") ? (getComputedStyle(row).direction === "rtl" ? -1 : 1) : 1);
  if (Number.isNaN(to)) return;
  event.preventDefault();
  event.stopPropagation();
  stops.forEach((stop) => { stop.tabIndex = -1; });
  const stop = stops[(to + stops.length) % stops.length];
  stop.tabIndex = 0;
  stop.focus();
}

/** The rating of a result in the colour of its tone, as reports have it. */
export const ratingLabel = (b, v) => h("strong", { key: v.id, class: `fcw-rating fcw-tone-${v.hidden ? "none" : v.tone}` }, v.hidden ? b.w("hidden_short") : visible(b.both(v.label) || v.rating));

export const soft = (...children) => h("span", { class: "fcw-soft" }, children);
