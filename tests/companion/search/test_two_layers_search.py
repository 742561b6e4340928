"""The search: its templates, its vectors, its linear algebra, its results and its resumption."""

from collections.abc import Iterator
from itertools import combinations, combinations_with_replacement
from math import comb, factorial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.search.functions import distinct_functions
from companion.search.hunt import search_identity
from companion.search.modular import PRIME, ModularSpan, independent_rows
from companion.search.problem import split
from companion.search.simple import is_simple, simple_kinds
from companion.search.spans import recorded_spans, span_of_templates
from companion.search.templates import template_kinds
from companion.search.vectors import ConeCoordinates
from maxpooling.errors import DataError
from maxpooling.two_layers import images, verify
from maxpooling.two_layers.template import Template
from maxpooling.two_layers.verification import difference_counts


class TestTemplates:
    @pytest.mark.parametrize(("n", "K"), [(3, 1), (3, 2), (4, 2), (5, 2), (4, 3)])
    def test_images_of_all_kinds_are_all_templates_once(self, n: int, K: int) -> None:
        pairs = list(combinations_with_replacement(range(n), 2))
        sides = list(combinations_with_replacement(pairs, K))
        expected = set()
        for one, other in combinations(sides, 2):
            counts = [side.count(pair) for side in (one, other) for pair in set(side)]
            if not set(one) & set(other) and np.gcd.reduce(counts) == 1:
                expected.add(frozenset([one, other]))
        found = []
        for kind in template_kinds(n, K):
            its_images = [frozenset([t.first, t.second]) for t in images(kind.template, (n,))]
            assert len(its_images) == kind.images
            found += its_images
        assert len(found) == len(set(found))
        assert set(found) == expected

    def test_functions_are_at_most_images(self) -> None:
        for kind in template_kinds(5, 2):
            count = distinct_functions(kind.template, (5,))
            assert count <= kind.images
            assert kind.images % count == 0


class TestSimpleTemplates:
    @pytest.mark.parametrize(("n", "K"), [(4, 1), (5, 2), (6, 2), (6, 3)])
    def test_are_the_simple_ones_of_all(self, n: int, K: int) -> None:
        simple = simple_kinds(n, K)
        among_all = [kind.images for kind in template_kinds(n, K) if is_simple(kind.template)]
        assert sorted(kind.images for kind in simple) == sorted(among_all)

    def test_images_of_all_kinds_are_all_templates_once(self) -> None:
        kinds = simple_kinds(7, 3)
        assert sum(kind.images for kind in kinds) == comb(21, 3) * comb(18, 3) // 2
        assert all(is_simple(kind.template) for kind in kinds)
        for kind in kinds[::20]:
            assert len(list(images(kind.template, (7,)))) == kind.images

    def test_what_is_not_simple(self) -> None:
        assert not is_simple(Template([(0, 0)], [(1, 2)]))
        assert not is_simple(Template([(0, 1), (0, 1)], [(1, 2), (2, 3)]))


class TestVectors:
    @pytest.mark.parametrize("blocks", [(5,), (2, 3)])
    def test_agree_with_the_verifier(self, blocks: tuple[int, ...]) -> None:
        # The verifier shares no code with these vectors: two routes to the same integers.
        coordinates = ConeCoordinates(blocks, 2)
        n = sum(blocks)
        numbers = {tuple(kink): k for k, kink in enumerate(coordinates.kinks.tolist())}
        words = sorted({tuple(w) for w in _words(blocks)})
        for kind in list(template_kinds(n, 2))[::7]:
            vector = coordinates.absolute_difference(kind.template)
            cones = vector.reshape(coordinates.cones, coordinates.size)
            for word, cone in zip(words, cones, strict=True):
                expected = np.zeros(coordinates.size, dtype=np.int64)
                for form, count in difference_counts(kind.template, word).items():
                    partial = np.cumsum(form)
                    if partial.min() < 0 < partial.max():
                        scale = np.gcd.reduce(form)
                        lead = next(entry for entry in form if entry)
                        kink = tuple(int(e) // int(scale) * (1 if lead > 0 else -1) for e in form)
                        expected[n + numbers[kink]] += count * scale
                    else:
                        expected[:n] += count * np.array(form) * (1 if partial.max() > 0 else -1)
                assert np.array_equal(cone, expected)

    def test_pair_max_of_one_block(self) -> None:
        vector = ConeCoordinates((4,), 1).pair_max((0, 1))
        assert vector[:4].tolist() == [factorial(4) * (3 - j) // comb(4, 2) for j in range(4)]


def _words(blocks: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    from itertools import permutations

    labels = [b for b, size in enumerate(blocks) for _ in range(size)]
    return permutations(labels)


class TestModularSpan:
    @given(st.integers(0, 2**32 - 1))
    @settings(deadline=None, max_examples=25)
    def test_rank_and_membership(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        factors = random.integers(-5, 6, (12, 4))
        vectors = factors @ random.integers(-9, 10, (4, 9))
        span = ModularSpan(9)
        span.add(vectors[:5])
        span.add(vectors[5:])
        assert span.rank == np.linalg.matrix_rank(vectors)
        chosen = independent_rows(vectors)
        ranks = [np.linalg.matrix_rank(vectors[:k]) for k in range(13)]
        assert chosen == [k for k in range(12) if ranks[k + 1] > ranks[k]]
        assert not span.reduce(vectors).any()
        assert np.array_equal(span.basis[:, span.pivots], np.eye(span.rank))
        functionals = span.annihilator_sample(3, seed)
        assert not np.mod(span.basis @ functionals, PRIME).any()

    def test_a_vector_outside_is_seen(self) -> None:
        span = ModularSpan(3)
        span.add(np.array([[1, 2, 3], [2, 4, 6]]))
        assert span.rank == 1
        assert span.reduce(np.array([[0, 0, 1]])).any()


class TestSpans:
    def test_recorded_ones_come_out_again(self) -> None:
        small = [s for s in recorded_spans() if s.n <= 6 or s.K == 2 or (s.n, s.K) == (7, 3)]
        assert {(s.n, s.K) for s in small} >= {(4, 1), (5, 2), (6, 2), (7, 2), (7, 3)}
        for span in small:
            assert span_of_templates(span.n, span.K) == span

    def test_least_number_of_pairs(self) -> None:
        inside = {(s.n, s.K): s.max_in_span for s in recorded_spans()}
        assert inside[4, 1]
        for n, K in ((5, 2), (6, 2), (7, 3), (8, 3)):
            assert inside[n, K]
            assert not inside[n, K - 1]

    def test_stopped_and_resumed(self, tmp_path: Path) -> None:
        state = tmp_path / "state.npz"
        part = span_of_templates(6, 3, state=state, most_templates=400)
        assert (part.templates, part.finished) == (400, False)
        assert span_of_templates(6, 3, state=state) == span_of_templates(6, 3)

    def test_a_state_of_another_family_is_refused(self, tmp_path: Path) -> None:
        state = tmp_path / "state.npz"
        span_of_templates(5, 2, state=state)
        with pytest.raises(DataError, match="expected the state for"):
            span_of_templates(6, 2, state=state)

    def test_a_damaged_state_is_refused(self, tmp_path: Path) -> None:
        state = tmp_path / "state.npz"
        state.write_bytes(b"nothing")
        with pytest.raises(DataError, match="expected the state of a span search"):
            span_of_templates(5, 2, state=state)


class TestSplit:
    def test_the_parts_make_up_the_whole(self) -> None:
        template = Template([(0, 0), (0, 1)], [(1, 2), (3, 4)])
        parts = list(split(template, (5,), (2, 3)))
        counted = [len(list(images(part, (2, 3)))) for part in parts]
        assert sum(counted) == len(list(images(template, (5,))))


class TestSearchIdentity:
    def test_five_down_to_few_neurons(self, tmp_path: Path) -> None:
        found = search_identity(5, 2, [(5,), (1, 2, 2)], folder=tmp_path)
        assert found is not None
        verify(found)
        assert found.comparisons <= 11
        assert search_identity(5, 2, [(5,), (1, 2, 2)], folder=tmp_path) == found

    def test_six(self) -> None:
        found = search_identity(6, 2, [(6,)], restarts=3)
        assert found is not None
        assert found.comparisons == 495

    def test_eight_by_simple_templates(self) -> None:
        simple = [kind.template for K in (1, 2, 3) for kind in simple_kinds(8, K)]
        large = [template for template in simple if len(template.vertices) >= 7]
        found = search_identity(8, 3, [(8,)], templates=large, restarts=1)
        assert found is not None
        assert all(is_simple(term.template) for term in found.terms)

    def test_none_where_there_is_none(self) -> None:
        assert search_identity(5, 1, [(5,)], restarts=1) is None

    def test_a_damaged_state_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "5-2-5.json").write_text("{}", "utf-8")
        with pytest.raises(DataError, match="expected the state of a search"):
            search_identity(5, 2, [(5,)], folder=tmp_path)
