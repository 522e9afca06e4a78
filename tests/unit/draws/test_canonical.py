import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from backend.draws.rules import canonical

keys = st.text(st.characters(max_codepoint=127), max_size=8)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
numbers = st.integers(0, 2**53 - 1)
documents = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


class TestCanonical:
    @given(st.dictionaries(keys, documents, max_size=4))
    def test_is_the_form_of_rfc_8785(self, document: dict[str, object]) -> None:
        assert canonical(document) == rfc8785.dumps(document)  # type: ignore[arg-type]  # its JSON type is invariant

    def test_writes_rare_and_control_characters_as_rfc_8785_does(self) -> None:
        document = {"t": "".join(map(chr, range(0x300))) + "𠮷\U0010ffff\u2028\ufeff"}
        assert canonical(document) == rfc8785.dumps(document)
