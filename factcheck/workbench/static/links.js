// @ts-check
// The links of evidence: how each is now, which copies archives have of it, and what can be done with all of them at once.
import { h } from "./vendor/preact.js";
import { address, say, told } from "./text.js";
import { button, folded, soft } from "./parts.js";

const askedFor = (b, url) => [...b.store.tables.archives].filter(([, r]) => r.url.replace(/\/$/, "") === url.replace(/\/$/, ""));

/** How one link is now, what archives were asked for, and copies that they have already. */
export function linkState(b, e) {
  if (!e.url) return null;
  const checked = b.store.tables.rechecks.get(e.id);
  const asked = askedFor(b, e.url);
  const look = async () => {
    const found = await b.ask("mementos", { id: e.id }, { silent: true });
    if (found) { b.ui.mementos = { ...b.ui.mementos, [e.id]: found }; b.say(b.w("mementos_count", found.mementos.length)); }
  };
  return h("div", {},
    checked ? h("p", { class: checked.state === "alive" && checked.passage !== "missing" ? "fcw-soft" : "fcw-alarm" }, `${b.w("rechecked")} `, h("bdi", { dir: "ltr" }, b.time(checked.at)), ": ", told(b.both(checked.words)), checked.final_url && checked.final_url !== e.url ? [" · ", address(checked.final_url)] : null) : null,
    asked.map(([id, r]) => request(b, id, r)), copies(b, e),
    h("div", { class: "fcw-actions" }, button(b, b.w("recheck"), () => b.ask("recheck", { ids: [e.id] }), { "data-key": `recheck/${e.id}` }),
      button(b, b.w("look_archives"), look, { "data-key": `mementos/${e.id}` }),
      asked.some(([, r]) => ["waiting", "done"].includes(r.state)) ? null : button(b, b.w("ask_archive"), () => b.ask("ask_archive", { id: e.id }), { "data-key": `archive/${e.id}` })));
}

function copies(b, e) {
  const found = b.ui.mementos?.[e.id];
  if (!found) return null;
  return h("ul", { class: "fcw-plain fcw-listed" }, found.mementos.map((m) => h("li", { key: m.url }, say(m.archive), " · ", h("bdi", { dir: "ltr" }, b.time(m.at)), " · ", address(m.url), " ",
    e.archived_url === m.url ? soft(b.w("archived_copy")) : button(b, b.w("cite_copy"), () => b.ask("cite_memento", { id: e.id, url: m.url }), { "data-key": `cite/${e.id}/${m.url}` }))),
  found.troubles.map((t) => h("li", { class: "fcw-alarm", key: t.archive }, say(t.archive), ": ", h("bdi", { dir: "ltr", lang: "en" }, told(t.message)))), found.mementos.length || found.troubles.length ? null : h("li", { class: "fcw-soft" }, b.w("no_copies")));
}

/** A request for an archived copy, in words. */
function request(b, id, r) {
  const how = b.ui.queued?.[id];
  return h("p", { class: "fcw-soft", key: id }, say(r.archive), ": ", told(b.both(how?.words ?? r.words)), how?.next_at ? [` · ${b.w("next_at")} `, h("bdi", { dir: "ltr" }, b.time(how.next_at))] : null, r.memento ? [" · ", address(r.memento)] : null,
    r.state === "waiting" ? [" ", button(b, b.w("withdraw_request"), () => b.ask("withdraw_archive", { id }), { "data-key": `archive/withdraw/${id}` })] : null);
}

/** All links of the case at once, and the queue of requests for archived copies. */
export function allLinks(b, all) {
  const links = all.filter((e) => e.url);
  if (!links.length) return null;
  const waiting = links.filter((e) => !e.capture), gone = links.filter((e) => { const r = b.store.tables.rechecks.get(e.id); return r && (r.state !== "alive" || r.passage === "missing"); });
  const queue = [...b.store.tables.archives].filter(([, r]) => r.state === "waiting");
  const copied = links.filter((e) => e.archived_url || askedFor(b, e.url).some(([, r]) => r.state === "done"));
  const retry = async () => { const came = await b.ask("retry", {}); if (came) b.say(b.w("attached_count", came.captured, came.asked)); };
  const ask = async () => { const asked = await b.ask("ask_archive", {}); if (asked) b.say(b.w("archive_asked", asked.asked, asked.passed)); };
  return folded(b, "links", `${b.w("all_links")} (${b.n(links.length)})`, () => h("div", {},
    h("p", { class: "fcw-soft" }, [b.w("waiting_count", waiting.length), b.w("copied_count", copied.length), b.w("gone_count", gone.length)].join(" · ")),
    h("div", { class: "fcw-actions" }, button(b, b.w("recheck_all"), () => b.ask("recheck", {}), { "data-key": "links/recheck" }),
      waiting.length ? button(b, b.w("retry_all"), retry, { "data-key": "links/retry" }) : null, button(b, b.w("archive_all"), ask, { "data-key": "links/archive" })),
    gone.length ? h("ul", { class: "fcw-plain fcw-listed" }, gone.map((e) => h("li", { key: e.id }, h("button", { type: "button", class: "fcw-jump", "data-key": `links/to/${e.id}`, onClick: () => b.jump(`evidence/${e.id}`) }, say(e.title || e.url)), " · ", h("span", { class: "fcw-alarm" }, told(b.both(b.store.tables.rechecks.get(e.id).words)))))) : null,
    queue.length ? queueView(b, queue) : null));
}

function queueView(b, queue) {
  const stamp = queue.map(([id, r]) => id + r.v).join();
  const look = () => b.store.ask("archive_status", {}, { quiet: true }).then((answer) => { if (answer.ok) b.set({ queued: answer.value }); });
  if (b.ui.queueAsked !== stamp) { b.ui.queueAsked = stamp; look(); }
  return h("div", {}, h("h5", {}, `${b.w("archive_queue")} (${b.n(queue.length)}) `, button(b, b.w("refresh"), look, { "data-key": "links/queue" })),
    queue.map(([id, r]) => h("div", { key: id }, address(r.url), request(b, id, r))));
}
