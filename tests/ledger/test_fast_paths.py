"""The short ways of reading accept only what the full rules accept, and read the same in it."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.errors import IntegrityError
from factcheck.ledger import codec
from factcheck.ledger.canonical import b64url, canonical
from factcheck.ledger.keys import KeyRing
from factcheck.ledger.ledger import Act, _signed_leaf
from factcheck.model import events as ev
from factcheck.model.article import Known
from tests.conftest import Entropy

FACTS = {"title": Known("عنوان", "page"), "outlet": Known("الميناء", "credit line")}
PAYLOADS = (
    ev.CaseOpened("عنوان الملف", "ar", "تداوله الناس"),
    ev.ArticleAdded("a" * 64, "b" * 64, "text/html", "ar", FACTS, (), ("https://example.org/",), (), "ملف.html"),
    ev.PolicySet({"blind": True}),
    ev.VerdictWithdrawn("خطأ"),
)


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> list[tuple[bytes, dict[str, bytes]]]:
    keys = KeyRing(tmp_path_factory.mktemp("keys"), entropy=Entropy("fast"))
    person = keys.create_person("Amal", "N")
    leaves = []
    for n, payload in enumerate(PAYLOADS):
        sealed = codec.seal(
            payload, actor=person.key, at="2026-11-23T15:04:05.123456Z", case="c" * 32, desk="factcheck.invalid/" + "a" * 32,
            id=f"{n:032x}", n=n, prev=None if n == 0 else b64url(b"p" * 32), saw=ev.Seen(3, "A" * 43 + "="),
            on={"case:" + "1f" * 16: tuple(sorted((b64url(b"x" * 32), b64url(b"y" * 32)))), "policy:desk": ()}, entropy=Entropy(str(n)),
        )  # fmt: skip
        leaves.append((_signed_leaf(sealed, Act(payload, person, "c" * 32, {})), dict(sealed.disclosures)))
    return leaves


def fully(leaf: bytes) -> codec.Leaf | None:
    """A leaf by the full rules alone."""
    short = codec._usual_envelope
    codec._usual_envelope = lambda _leaf: None
    try:
        return codec.parse_leaf(leaf)
    except IntegrityError:
        return None
    finally:
        codec._usual_envelope = short


def test_leaves_as_we_write_them_take_the_short_way(written) -> None:
    for leaf, disclosures in written:
        parsed = codec.parse_leaf(leaf)
        assert codec._usual_envelope(leaf) == parsed.envelope == fully(leaf).envelope
        form = codec._FORMS[parsed.envelope["type"], 1]
        if form.typed is not None:
            assert codec._straight(parsed, disclosures, form, form.typed) == codec.open_leaf(parsed, disclosures).payload


def test_a_changed_leaf_is_read_as_the_full_rules_read_it(written) -> None:
    draw = random.Random(7)
    agreed = 0
    for leaf, _ in written:
        for at in range(len(leaf)):
            for changed in (
                leaf[:at] + bytes([leaf[at] ^ 1 << draw.randrange(8)]) + leaf[at + 1 :],
                leaf[:at] + draw.choice((b"0", b'"', b",", b"\\", b"-", b" ", b"\xd8\xa7", b"{}")) + leaf[at + 1 :],
                leaf[:at] + leaf[at + 1 :],
            ):
                short = codec._usual_envelope(changed)
                if short is not None:
                    whole = fully(changed)
                    assert whole is not None
                    assert whole.envelope == short
                    assert whole.text == codec.parse_leaf(changed).text
                    agreed += 1
    assert agreed > 100  # changes inside digests and signatures leave the form as it was


@pytest.mark.parametrize(
    ("before", "after"),
    [(b'"at":"2026-11-23', b'"at":"2026-02-30'), (b'"n":0', b'"n":1'), (b'"n":0', b'"n":00'), (b'"v":1', b'"v":0'),
     (b'"v":1', b'"v":9999999999999999'), (b'"size":3', b'"size":-3'), (b'"desk":"factcheck', b'"desk":"\\u0066actcheck')],
)  # fmt: skip
def test_what_the_envelope_may_not_hold_is_refused_both_ways(written, before: bytes, after: bytes) -> None:
    leaf = written[0][0]
    assert before in leaf
    changed = leaf.replace(before, after)
    assert codec._usual_envelope(changed) is None
    assert fully(changed) is None


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
texts = st.text(max_size=6)
facts = st.dictionaries(texts, st.fixed_dictionaries({"value": texts, "origin": texts}), max_size=3)
spans = st.lists(st.fixed_dictionaries({"start": st.integers(-(2**60), 2**60), "end": st.integers(0, 9)}), max_size=3)


@given(st.sampled_from(["facts", "credit", "links", "language"]), values | facts | spans, st.data())
def test_a_field_is_read_as_the_full_rules_read_it(written, field: str, value, data) -> None:
    import json

    leaf, disclosures = written[1]
    parsed = codec.parse_leaf(leaf)
    salt = b64url(b"s" * 16)
    spelt = json.dumps([salt, parsed.actor, field, value], ensure_ascii=data.draw(st.booleans()), sort_keys=True, separators=(",", ":"))
    try:
        drawn = spelt.encode("utf-8")
    except UnicodeEncodeError:
        return
    body = {**parsed.body, field: b64url(hashlib.sha256(drawn).digest())}
    parsed = parsed._replace(envelope={**parsed.envelope, "body": body})
    opened = {**disclosures, field: drawn}
    form = codec._FORMS["article.added", 1]
    try:
        short = codec._straight(parsed, opened, form, form.typed)
    except Exception:  # noqa: BLE001  # whatever it is, the full rules judge
        return
    assert canonical(json.loads(drawn)) == drawn
    assert short == codec._payload(form, {name: codec.open_disclosure(parsed, name, part) for name, part in opened.items()}, frozenset())


def test_fields_that_are_whole_only_together_are_not_read(written) -> None:
    """Values that lean on each other: an object begun in one field and ended in the next."""
    leaf, disclosures = written[1]
    parsed = codec.parse_leaf(leaf)
    form = codec._FORMS["article.added", 1]
    salt = b64url(b"s" * 16)
    leaning = {"facts": '{"title":{"origin":"x","value":"y"}', "file_name": '{"origin":"x","value":"y"}},"file_name":"z"'}
    drawn = {name: f'["{salt}","{parsed.actor}","{name}",{value}]'.encode() for name, value in leaning.items()}
    body = {**parsed.body, **{name: b64url(hashlib.sha256(data).digest()) for name, data in drawn.items()}}
    parsed = parsed._replace(envelope={**parsed.envelope, "body": body})
    with pytest.raises(ValueError, match="canonical"):
        codec._straight(parsed, {**disclosures, **drawn}, form, form.typed)
    with pytest.raises(IntegrityError, match="canonical JSON"):
        codec.open_leaf(parsed, {**disclosures, **drawn})
