"""Bytes to text, with what was decided and why.

Order: byte-order mark, strict UTF-8, the declaration of the transport, the page's own, then the content. A declaration is believed only
if the bytes decode by it; a Latin one is not believed when the content reads as Arabic, since servers put it there by default.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from dataclasses import dataclass

from charset_normalizer import from_bytes

from factcheck.errors import ExtractionError

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_TAGS = re.compile(rb"<[^<>]{0,2000}>")
_WORD = re.compile(rb"[A-Za-z\xc0-\xff]+")  # letters lie there in every encoding of one byte; signs and quotation marks below
_HIGH = re.compile(rb"[\xc0-\xff]")
_LOW = re.compile(rb"[A-Za-z]")
_BEYOND = re.compile(rb"[\x80-\xff]+")
_MOST = 2_000_000  # bytes looked at for words
_LATIN = {"iso8859-1", "cp1252", "ascii"}
_TURKISH = {"cp1254", "iso8859-9"}
_ARABIC_ENCODINGS = ("cp1256", "iso8859-6")
_COMMON = frozenset("المنيوتربعدهسفكحقج")
_CONTROL = bytes([*range(9), *range(14, 27), *range(28, 32)])  # what no text holds; ESC switches letters in some encodings
_HEAD = 4096  # bytes in which a page declares itself
_SAMPLE = 65_536  # bytes that detection looks at
_MAGIC = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x7fELF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"OggS",
    b"ID3",
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding it was read by, and why that one."""

    text: str
    encoding: str
    note: str
    conflict: bool = False  # what was declared did not fit, or something in the bytes was broken


def decode(data: bytes, *, declared: str | None = None) -> Decoded:
    """Decode the bytes of a page or a text file.

    Args:
        declared: the value of a Content-Type header, or the bare name of an encoding.

    Raises:
        ExtractionError: the bytes are not text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _must(data, encoding, "byte-order mark")
    if data.startswith(_MAGIC):
        raise ExtractionError(
            f"This is a binary file ({_kind(data)}), not a text. Save the page or its text, or attach the file as evidence."
        )
    wide = _wide(data)
    if wide:
        return _must(data, wide, "every second byte is empty or alike")
    if _binary(data[:_SAMPLE]):
        raise ExtractionError("This is a binary file, not a text: it holds control bytes. Save the page or its text instead.")
    if b"\x1b" in data[:_SAMPLE] and (switching := _switching(data, declared)):
        return switching
    try:
        return Decoded(data.decode("utf-8"), "utf-8", "strict UTF-8")
    except UnicodeDecodeError:
        pass
    doubts = []
    spoken = _Spoken(data)
    arabic = spoken.arabic_encoding()
    for name, origin in ((_charset(declared), "header"), (_page_charset(data), "page")):
        found = _lookup(name)
        if not name:
            continue
        if found is None:
            doubts.append(f"the {origin} declares {name}, which does not exist")
        elif spoken.dense and found in _LATIN | _TURKISH:
            doubts.append(f"the {origin} declares {name}, but most letters are not Latin")
        elif arabic and found in _ARABIC_ENCODINGS and arabic != found:
            doubts.append(f"the {origin} declares {name}, but the content reads better as {arabic}")
        else:
            found = "cp1252" if found in _LATIN else found  # as browsers do: the same but for quotation marks
            try:
                return Decoded(data.decode(found), found, "; ".join([f"declared by the {origin}", *doubts]), bool(doubts))
            except (UnicodeDecodeError, LookupError):
                doubts.append(f"the {origin} declares {name}, which does not fit")
    mended = data.decode("utf-8", "replace")
    broken = mended.count("\ufffd")
    if broken * 100 < sum(char > "\x7f" for char in mended):
        return Decoded(mended, "utf-8", "; ".join([f"UTF-8 with {broken} broken places, shown as U+FFFD", *doubts]), conflict=True)
    guessed = arabic or _detected(data)
    if guessed is None:
        raise ExtractionError(
            "These bytes are no text in any encoding that was tried. Save the text as UTF-8, or attach the file as evidence."
        )
    return Decoded(data.decode(guessed, "replace"), guessed, "; ".join(["detected from content", *doubts]), bool(doubts))


def _switching(data: bytes, declared: str | None) -> Decoded | None:
    """Encodings that switch letters by escape sequences are ASCII to the eye, so that only a declaration tells."""
    for name, origin in ((_charset(declared), "header"), (_page_charset(data), "page")):
        found = _lookup(name)
        if found and found.startswith("iso2022"):
            with suppress(UnicodeDecodeError):
                return Decoded(data.decode(found), found, f"declared by the {origin}")
    return None


def _binary(sample: bytes) -> bool:
    """Whether a file holds more control bytes than any text does; a stray NUL or two stays, to be made visible later."""
    return (len(sample) - len(sample.translate(None, _CONTROL))) * 50 > len(sample)


def _must(data: bytes, encoding: str, why: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding.removesuffix("-sig"), why)
    except UnicodeDecodeError as error:
        raise ExtractionError(f"The file says it is {encoding} ({why}), but it is damaged at byte {error.start}. Save it again.") from error


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: ASCII shows as NULs on one side, Arabic as one high byte on one side."""
    sample = data[: _SAMPLE & ~1]
    if len(sample) < 8 or len(data) % 2:
        return ""
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        share = (high.count(0) + high.count(6)) / len(high)
        if share > 0.9 and (sample.count(0) or high.count(6) > len(high) // 2):
            try:
                data.decode(encoding)
            except UnicodeDecodeError:
                continue
            return encoding
    return ""


def _charset(declared: str | None) -> str:
    if not declared:
        return ""
    found = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", declared, re.IGNORECASE)
    return found[1] if found else declared if re.fullmatch(r"[A-Za-z0-9_.:-]{2,40}", declared) else ""


def _page_charset(data: bytes) -> str:
    found = _XML.search(data[:_HEAD]) or _META.search(data[:_HEAD])
    return found[1].decode("ascii") if found else ""


def _lookup(name: str) -> str | None:
    """Python's codec for a declared name; text encodings only."""
    if not name:
        return None
    try:
        info = codecs.lookup(name)
    except LookupError:
        return None
    return info.name if info._is_text_encoding else None


class _Spoken:
    """What a page says in letters beyond ASCII: its words of such letters, and the text around them. Scripts, styles and menus in English
    weigh nothing, however large."""

    def __init__(self, data: bytes) -> None:
        words = [word for word in _WORD.findall(data[:_MOST]) if len(word) > 1 and _HIGH.search(word)]
        self.words = words[:20_000]
        pure = [word for word in self.words if not _LOW.search(word)]
        self.text = b" ".join(pure)
        self.dense = len(self.text) >= 6 and len(pure) > 0.6 * len(self.words)
        """Whether its words have no ASCII letters among the others, as in Arabic, Hebrew, Greek or Cyrillic and in no Latin script."""

    def arabic_encoding(self) -> str | None:
        """windows-1256 or iso-8859-6, when one of them makes the words read as Arabic."""
        if not self.dense:
            return None
        score, encoding = max((self._score(encoding), encoding) for encoding in _ARABIC_ENCODINGS)
        return encoding if score > 0.6 else None

    def _score(self, encoding: str) -> float:
        """The share of common Arabic letters among all letters; 0 when it does not decode."""
        try:
            text = self.text.decode(encoding)
        except UnicodeDecodeError:
            return 0.0
        letters = [char for char in text if char > "\x7f"]
        return sum(char in _COMMON for char in letters) / len(letters) if letters else 0.0


def _detected(data: bytes) -> str | None:
    """By content, without the page's own declaration, since detectors believe it, and without what stands far from any word that tells."""
    parts: list[bytes] = []
    size = end = 0
    for match in _BEYOND.finditer(data, 0, _MOST):
        begin = max(end, match.start() - 100)
        end = match.end() + 100
        parts.append(_TAGS.sub(b" ", data[begin:end]))
        size += len(parts[-1])
        if size > _SAMPLE:
            break
    best = from_bytes(b"".join(parts) or data[:_SAMPLE]).best()
    return best.encoding if best else None


def _kind(data: bytes) -> str:
    names = {
        b"%PDF-": "PDF",
        b"\x89PNG": "PNG image",
        b"\xff\xd8\xff": "JPEG image",
        b"GIF8": "GIF image",
        b"PK\x03\x04": "zip or office document",
    }
    return next((name for magic, name in names.items() if data.startswith(magic)), "binary")
