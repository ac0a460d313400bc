"""The kind of some bytes: by how they begin, else as declared, else text if they are text."""

from __future__ import annotations

import re

_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta|article|p|div)[\s>/]", re.I | re.S
)
_MHTML = re.compile(rb"(?im)^content-type:\s*multipart/related[\s;]")
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"\x1f\x8b", "application/gzip"),
    (b"WARC/1.", "application/warc"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"\x7fELF", "application/x-executable"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
)
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"qt  ": "video/quicktime",
}
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_SAMPLE = 4096
_CONTROL = bytes([*range(9), *range(14, 27), *range(28, 32)])  # what no text holds; ESC switches letters in some encodings


def sniff_media_type(data: bytes, declared: str | None) -> str:
    """The kind of some bytes: by their beginning, else as declared, else text if they are."""
    head = data[:_SAMPLE]
    by_magic = _by_magic(head)
    if by_magic:
        return by_magic
    said = (declared or "").partition(";")[0].strip().lower()
    if not _is_wide(head) and looks_binary(head):
        return said if said and not said.startswith(("text/", "application/xhtml")) else "application/octet-stream"
    narrow = head.lstrip(b"\xff\xfe\xef\xbb\xbf").replace(b"\x00", b"")
    if _HTML.match(narrow) or said in ("text/html", "application/xhtml+xml"):
        return "text/html"
    if _MHTML.search(head.partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]):
        return "multipart/related"
    if re.fullmatch(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,100}", said):
        return said
    return "text/plain"


def looks_binary(head: bytes) -> bool:
    """Whether the beginning of a file holds more control bytes than any text does; a stray NUL or two makes no page a picture."""
    control = len(head) - len(head.translate(None, _CONTROL))
    return control * 50 > len(head)


def _is_wide(head: bytes) -> bool:
    """Whether this is UTF-16: every second byte is empty or the high byte of Arabic, and the others are not."""
    if head.startswith(_WIDE):
        return True
    high = [part.count(0) + part.count(6) > len(part) * 0.9 for part in (head[::2], head[1::2])]
    return len(head) >= 8 and high[0] != high[1]


def _by_magic(head: bytes) -> str:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            if kind == "image/bmp" and head[6:10] != bytes(4):  # two letters begin many a text
                continue
            return kind
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "application/octet-stream")
    return ""
