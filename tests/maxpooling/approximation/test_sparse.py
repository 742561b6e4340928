"""The best estimators with few subpool maxes: values, proofs, and what the record holds."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from maxpooling.approximation.families import moebius, union_closure
from maxpooling.approximation.sparse import front, least_counts, sparse_uniform
from maxpooling.approximation.sparse_gains import (
    antichains,
    largest_gains,
    largest_inverse_error,
)
from maxpooling.approximation.sparse_record import (
    GAINS,
    LEAST_INVERSE_ERRORS,
    Measure,
    most_inverse_error,
    read_record,
    verify_record,
)
from maxpooling.errors import CertificateError, DataError


def counts(d: int) -> dict[int, int]:
    """1/E -> least number of maxes."""
    return {int(1 / error): count for error, count in least_counts(d).items()}


class TestValues:
    def test_three_and_four_inputs(self) -> None:
        assert counts(3) == {2: 0, 4: 2, 6: 3, 8: 6}
        assert counts(4) == {2: 0, 4: 2, 6: 3, 8: 4, 10: 7, 12: 8, 14: 10, 16: 14}

    @pytest.mark.parametrize("d", [1, 2, 3, 4, 5])
    def test_up_to_five_inputs_all_are_proved(self, d: int) -> None:
        for count in range(2**d + 1):
            found = sparse_uniform(d, count)
            assert found.verify()
            assert found.proved
            assert len(found.blocks) <= count

    @pytest.mark.parametrize("d", range(5, 17))
    def test_up_to_eleven_of_as_many_inputs_one_over_twice_the_count(self, d: int) -> None:
        for count in range(1, min(d, 11) + 1):
            found = sparse_uniform(d, count)
            assert (found.error, found.proved) == (Fraction(1, 2 * count), True)

    def test_fourteen_of_fourteen_inputs_do_better(self) -> None:
        found = sparse_uniform(14, 14)
        assert found.verify()
        assert found.error < Fraction(1, 28)

    @pytest.mark.parametrize(
        ("d", "count", "inverse"), [(9, 21, 50), (8, 50, 100), (16, 36, 122), (15, 65, 270)]
    )
    def test_planes_and_spaces(self, d: int, count: int, inverse: int) -> None:
        found = sparse_uniform(d, count)
        assert found.verify()
        assert len(found.blocks) == count
        assert found.error == Fraction(1, inverse)
        assert not found.proved

    @pytest.mark.parametrize("d", range(1, 10))
    def test_every_candidate_is_what_it_says(self, d: int) -> None:
        for candidate in front(d):
            found = sparse_uniform(d, candidate.count)
            assert found.verify()
            assert 1 / found.error == candidate.inverse_error
            assert len(found.blocks) == candidate.count

    def test_five_inputs_have_a_least_error_of_odd_inverse(self) -> None:
        found = sparse_uniform(5, 20)
        assert (found.error, found.proved) == (Fraction(1, 25), True)

    @pytest.mark.parametrize(("d", "count"), [(0, 1), (17, 1), (3, -1), (3, True), (3, 1.5)])
    def test_refuses(self, d: int, count: int) -> None:
        with pytest.raises(ValueError, match="must be an integer in"):
            sparse_uniform(d, count)


class TestLowerBounds:
    @pytest.mark.parametrize("d", [3, 4])
    def test_record_gives_the_table(self, d: int) -> None:
        bounds = verify_record(d)
        assert bounds == {n: most_inverse_error(d, n) for n in range(d, 2**d - 1)}

    def test_every_choice_of_two_extra_subpools_of_four_inputs(self) -> None:
        flats = [flat for flat in range(16) if 2 <= flat.bit_count() <= 3]
        for others in range(4):
            best = max(largest_inverse_error(4, chosen) for chosen in combinations(flats, others))
            assert best == most_inverse_error(4, 4 + others)

    @pytest.mark.parametrize("k", [1, 2, 3, 4])
    def test_gains(self, k: int) -> None:
        found = largest_gains(k)
        assert all(gain <= self.table(k, m) for m, gain in found.items())
        assert all(found[m] == gain for m, gain in GAINS.get(k, {}).items())

    @staticmethod
    def table(k: int, m: int) -> int:
        return max((gain for start, gain in GAINS.get(k, {}).items() if start <= m), default=0)

    @pytest.mark.parametrize("seed", range(40))
    def test_no_random_flats_gain_more(self, seed: int) -> None:
        random = Random(seed)
        m, k = random.randint(4, 7), random.randint(1, 4)
        flats = [
            sum(1 << i for i in random.sample(range(m), random.randint(2, m - 1))) for _ in range(k)
        ]
        assert largest_inverse_error(m, flats) <= 2 * m + self.table(k, m)

    def test_antichains_of_three_flats(self) -> None:
        assert list(antichains(3)) == [(0b011, 0b101, 0b110)]

    @pytest.mark.parametrize("seed", range(10))
    def test_linear_program_against_the_closed_form(self, seed: int) -> None:
        random = Random(seed)
        flats = [0b00111, 0b11001, *random.sample([0b01010, 0b10100, 0b01111], 2)]
        blocks = [[i for i in range(5) if not flat >> i & 1] for flat in flats]
        coatoms = [[j for j in range(5) if j != i] for i in range(5)]
        family = union_closure(5, [*coatoms, *blocks])
        closed = sum(abs(mu) for mu in moebius(family).values())
        others = [31 ^ mask for mask in family if 0 < mask.bit_count() < 4]
        assert largest_inverse_error(5, others) == closed

    def test_tables_begin_where_the_smaller_pool_ends(self) -> None:
        for d in (2, 3, 4, 5):
            for count in range(d):
                table = LEAST_INVERSE_ERRORS
                now = max(v for n, v in table[d].items() if n <= count)
                assert now == max(v for n, v in table[d - 1].items() if n <= count)


class TestRecord:
    def test_a_measure_without_total_zero_proves_nothing(self) -> None:
        good = next(m for m in read_record().measures if m.inputs == 3)
        bad = Measure(3, {**good.weights, 0b111: Fraction(1)})
        with pytest.raises(CertificateError, match="total 0"):
            verify_record(3, [bad])

    def test_a_measure_must_annihilate_what_misses_one_input(self) -> None:
        bad = Measure(3, {0: Fraction(1), 0b111: Fraction(-1)})
        with pytest.raises(CertificateError, match="miss one input"):
            verify_record(3, [bad])

    def test_without_a_measure_the_bound_is_weaker(self) -> None:
        measures = [m for m in read_record().measures if m.inputs == 4]
        assert verify_record(4, measures[1:]) != verify_record(4, measures)

    def test_designs_have_the_errors_that_are_counted(self) -> None:
        for design in read_record().designs:
            terms = design.terms()
            assert terms[(1 << design.inputs) - 1] == 1
            wrong = replace(design, constant=design.constant + 1)
            assert wrong.terms() != terms

    def test_lines_of_partial_planes_meet_in_at_most_one_input(self) -> None:
        for inputs, lines in read_record().partial_planes:
            assert all(2 <= line.bit_count() < inputs for line in lines)
            assert all((a & b).bit_count() <= 1 for a, b in combinations(lines, 2))

    @pytest.mark.parametrize("content", ["", "{}", '{"certificates": [{"inputs": 3}]}', "[]"])
    def test_refuses_a_damaged_file(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "record.json"
        path.write_text(content)
        with pytest.raises(DataError, match="expected the record"):
            read_record(path)

    def test_refuses_other_numbers_of_inputs(self) -> None:
        with pytest.raises(ValueError, match="inputs"):
            verify_record(6)
