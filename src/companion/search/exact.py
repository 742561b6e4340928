"""Exact rational solution of integer systems: elimination modulo primes and reconstruction."""

from fractions import Fraction
from math import gcd, isqrt

import numpy as np
from numpy.typing import NDArray

from companion.search.modular import PRIME


def solve_rational(
    columns: NDArray[np.int64], target: NDArray[np.int64], most_primes: int = 64
) -> list[Fraction] | None:
    """The rational x with columns @ x = target, if there is one and the columns are independent.

    Solves modulo one prime after the other, combines by the Chinese remainder theorem, and guesses
    the fractions of which these are the residues; a guess is returned only if it solves the system
    in exact integers. So the answer needs no trust in the primes.

    Args:
        columns: integers [rows, unknowns].
        target: integers [rows].
        most_primes: give up after so many (None is returned).

    Returns:
        The unknowns, or None if the system has no solution or more than one.

    Examples:
        >>> solve_rational(np.array([[2, 0], [0, 3]]), np.array([1, 2]))
        [Fraction(1, 2), Fraction(2, 3)]
    """
    modulus, residues = 1, [0] * columns.shape[1]
    prime = PRIME
    for _ in range(most_primes):
        solution = _solve_modulo(columns, target, prime)
        if solution is None:
            return None
        lift = pow(modulus, -1, prime)
        residues = [
            old + modulus * ((new - old) * lift % prime)
            for old, new in zip(residues, solution, strict=True)
        ]
        modulus *= prime
        guess = [_reconstruct(residue, modulus) for residue in residues]
        if all(x is not None for x in guess):
            fractions = [x for x in guess if x is not None]
            if _solves(columns, target, fractions):
                return fractions
        prime = _previous_prime(prime)
    return None


def _solve_modulo(
    columns: NDArray[np.int64], target: NDArray[np.int64], prime: int
) -> list[int] | None:
    """Gauss and Jordan modulo a prime below 2^31; None unless the solution is unique."""
    table = np.mod(np.column_stack([columns, target]), prime)
    unknowns = columns.shape[1]
    for k in range(unknowns):
        candidates = np.flatnonzero(table[k:, k])
        if not len(candidates):
            return None
        table[[k, k + candidates[0]]] = table[[k + candidates[0], k]]
        table[k] = table[k] * pow(int(table[k, k]), -1, prime) % prime
        others = table[:, k].copy()
        others[k] = 0
        used = np.flatnonzero(others)
        table[used, k:] = (table[used, k:] - others[used, None] * table[k, k:]) % prime
    if table[unknowns:, -1].any():
        return None
    return [int(value) for value in table[:unknowns, -1]]


def _reconstruct(residue: int, modulus: int) -> Fraction | None:
    """The fraction a/b with |a|, b <= sqrt(modulus/2) and a = residue * b, if there is one."""
    bound = isqrt(modulus // 2)
    a, b, next_a, next_b = modulus, 0, residue, 1
    while next_a > bound:
        quotient = a // next_a
        a, b, next_a, next_b = next_a, next_b, a - quotient * next_a, b - quotient * next_b
    if next_b == 0 or abs(next_b) > bound or gcd(next_a, next_b) != 1:
        return None
    return Fraction(next_a, next_b)


def _solves(
    columns: NDArray[np.int64], target: NDArray[np.int64], solution: list[Fraction]
) -> bool:
    rows = zip(columns.tolist(), target.tolist(), strict=True)
    return all(
        sum((a * x for a, x in zip(row, solution, strict=True) if a), Fraction(0)) == right
        for row, right in rows
    )


def _previous_prime(number: int) -> int:
    number -= 1
    while any(number % divisor == 0 for divisor in range(2, isqrt(number) + 1)):
        number -= 1
    return number
