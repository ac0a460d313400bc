"""Web archives as other tools write them, made by hand so that every byte can be put wrong."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile

AT = "2026-11-20T08:00:00Z"
WORDS = "قال الوزير إن الجسر افتتح."


def page(words: str = WORDS, title: str = "خبر") -> bytes:
    return f"<!doctype html><html lang='ar'><meta charset='utf-8'><title>{title}</title><p>{words}</p></html>".encode()


def record(kind: str, url: str, block: bytes, at: str = AT, **headers: str) -> bytes:
    id = hashlib.sha256(kind.encode() + url.encode() + at.encode() + block).hexdigest()
    named = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": at,
        "WARC-Record-ID": f"<urn:uuid:{id[:8]}-{id[8:12]}-4{id[13:16]}-8{id[17:20]}-{id[20:32]}>",
        "WARC-Block-Digest": f"sha256:{hashlib.sha256(block).hexdigest()}",
        "Content-Type": "application/http; msgtype=response" if kind == "response" else "application/http; msgtype=request",
        **{name.replace("_", "-"): value for name, value in headers.items()},
        "Content-Length": str(len(block)),
    }
    return gzip.compress(
        "".join(["WARC/1.1\r\n", *(f"{k}: {v}\r\n" for k, v in named.items()), "\r\n"]).encode() + block + b"\r\n\r\n", mtime=0
    )


def response(url: str, body: bytes, *lines: str, status: str = "200 OK", kind: str = "text/html", at: str = AT, **headers: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Type: {kind}", *lines, "", ""]).encode()
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    return record("response", url, head + body, at, **{"WARC_Payload_Digest": digest, **headers})


def moved(url: str, to: str, at: str = AT) -> bytes:
    return response(url, b"", f"Location: {to}", status="302 Found", at=at)


def wacz(
    warc: bytes,
    pages: list[tuple[str, str]] | None = None,
    *,
    extra: dict[str, bytes] | None = None,
    package: dict[str, object] | None = None,
    digest: bool = True,
    software: str = "ArchiveWeb.page 0.12.8",
) -> bytes:
    """A WACZ file; ``pages`` are addresses and titles."""
    lines = [json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "All Pages"})]
    lines += [json.dumps({"id": str(n), "url": url, "title": title, "ts": AT}) for n, (url, title) in enumerate(pages or [])]
    members = {"archive/data.warc.gz": warc, "pages/pages.jsonl": "\n".join(lines).encode(), "indexes/index.cdx.gz": b"", **(extra or {})}
    listed = [
        {"name": path.rpartition("/")[2], "path": path, "hash": f"sha256:{hashlib.sha256(data).hexdigest()}", "bytes": len(data)}
        for path, data in members.items()
    ]
    about = {"profile": "data-package", "wacz_version": "1.1.1", "software": software, "resources": listed} if package is None else package
    members["datapackage.json"] = json.dumps(about).encode()
    if digest:
        said = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(members['datapackage.json']).hexdigest()}"}
        members["datapackage-digest.json"] = json.dumps(said).encode()
    return zipped(members)


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, data in members.items():
            archive.writestr(path, data)
    return buffer.getvalue()
