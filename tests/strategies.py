"""Texts as they come: Arabic, diacritics, joiners, directional marks, Latin, digits of both kinds, characters beyond the BMP."""

from __future__ import annotations

from hypothesis import strategies as st

ALPHABET = "ابتجحدرسصطعفقكلمنهويىةءآأإؤئ" + "ًٌٍَُِّْـ" + "abcXYZ " + "0123٠١٢٣"
ALPHABET += "\u200c\u200d\u200e\u200f\u202a\u202e\u2066\u2069" + "،؛؟.!«»“”\"'()\n" + "😀👩🏽‍⚕️𐤀𝒳"

texts = st.text(alphabet=st.sampled_from(ALPHABET), max_size=200)
