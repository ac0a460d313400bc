// @ts-check
// Foreign text on its way to the eye: set as text, isolated, with hidden characters named. Pure functions; offsets are UTF-16 units.
import { h } from "./vendor/preact.js";

/** Characters that nobody sees and that turn or hide what stands beside them; joiners, tashkil and plain direction marks are letters' own. */
const HIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\udb40[\udc01\udc20-\udc7f]/g;

export const nameOfHidden = (char) => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/** Hidden and directional characters are named where they stand. */
export const visible = (text) => String(text ?? "").replace(HIDDEN, (char) => `⟦${nameOfHidden(char)}⟧`);

/** Our own sentence around foreign words that it isolates: U+2068 and U+2069 stay, every other hidden character is named. */
export const told = (text) => String(text ?? "").replace(HIDDEN, (char) => (char === "\u2068" || char === "\u2069" ? char : visible(char)));

/** The places of hidden characters in a text, as [start, end]. */
export const hiddenIn = (text) => [...text.matchAll(HIDDEN)].map((found) => [found.index, found.index + found[0].length]);

/** Foreign text, isolated. */
export const say = (text, attributes = {}) => h("bdi", { dir: "auto", ...attributes }, visible(text));

const SHOWN_URL = 120; // characters; the rest is in the title

/** An address, or a name for it: a link only when it is plain http or https, without credentials or hidden characters. */
export function address(url, name = "") {
  let safe = false;
  try {
    const parsed = new URL(url);
    safe = /^https?:$/.test(parsed.protocol) && !parsed.username && !parsed.password && visible(url) === url && !/\s/.test(url);
  } catch { /* shown as text */ }
  const text = name ? say(name) : h("bdi", { dir: "ltr" }, visible(clip(url, SHOWN_URL)));
  return safe ? h("a", { href: url, title: url, target: "_blank", rel: "noopener noreferrer", referrerpolicy: "no-referrer" }, text) : text;
}

export const clip = (text, length) => (text.length <= length ? text : `${text.slice(0, length).replace(/[\ud800-\udbff]$/, "")}…`);

/** Numbers in the digits that the desk has set. */
export const inDigits = (text, arabic) => (arabic ? String(text).replace(/[0-9]/g, (digit) => String.fromCharCode(0x660 + Number(digit))) : String(text));

// ---- searching: as a person types Arabic, not as it is spelt

const LETTERS = { أ: "ا", إ: "ا", آ: "ا", ٱ: "ا", ى: "ي", ی: "ي", ئ: "ي", ؤ: "و", ة: "ه", ک: "ك", ڪ: "ك" };

/** Folded for search: no tashkil, tatweel or invisible characters, one form of alef, ya, ta marbuta and kaf, one kind of digits. */
export function fold(text) {
  return text.normalize("NFKD").toLowerCase()
    .replace(/[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\p{Cf}]/gu, "")
    .replace(/[أإآٱىیئؤةکڪ]/g, (letter) => LETTERS[letter])
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660)).replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/\s+/g, " ");
}

// ---- selections

const WORD = /[\p{L}\p{N}\p{M}\u0640\u200c\u200d_]/u;
const graphemes = "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

/** The start of the grapheme that a place lies in: a letter with its marks, an emoji with its joiners. */
function graphemeStart(text, at) {
  if (at <= 0 || at >= text.length) return at;
  const from = Math.max(0, at - 64);
  const near = text.slice(from, at + 64);
  if (!graphemes) return /[\udc00-\udfff]/.test(text[at]) ? at - 1 : at;
  const found = graphemes.segment(near).containing(at - from);
  return found ? from + found.index : at;
}

const charBefore = (text, at) => String.fromCodePoint(text.codePointAt(at - (/[\udc00-\udfff]/.test(text[at - 1]) && at > 1 ? 2 : 1)) ?? 32);
const charAt = (text, at) => String.fromCodePoint(text.codePointAt(at) ?? 32);

/**
 * A selection as it is taken: out to whole words (or, when free, to whole graphemes), without blanks at its ends.
 * @param {string} text @param {[number, number]} range @param {boolean} free @returns {[number, number] | null}
 */
export function snapped(text, [start, end], free) {
  while (start < end && /\s/.test(text[start])) start++;
  while (end > start && /\s/.test(text[end - 1])) end--;
  if (start >= end) return null;
  start = graphemeStart(text, start);
  const last = graphemeStart(text, end);
  if (last !== end) while (end < text.length && graphemeStart(text, end) !== end) end++;
  if (!free) {
    while (start > 0 && WORD.test(charBefore(text, start)) && WORD.test(charAt(text, start))) start -= charBefore(text, start).length;
    while (end < text.length && WORD.test(charBefore(text, end)) && WORD.test(charAt(text, end))) end += charAt(text, end).length;
  }
  return [start, end];
}

/** The next place, from `at`, where a word ends (forwards) or starts (backwards); by graphemes when free. */
export function nextEdge(text, at, forward, free) {
  let to = at + (forward ? 1 : -1);
  const edge = (i) => graphemeStart(text, i) === i && (free || (forward ? !WORD.test(charAt(text, i)) && WORD.test(charBefore(text, i)) : WORD.test(charAt(text, i)) && !WORD.test(charBefore(text, i))));
  while (to > 0 && to < text.length && !edge(to)) to += forward ? 1 : -1;
  return Math.max(0, Math.min(text.length, to));
}
