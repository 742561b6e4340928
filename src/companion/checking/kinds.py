"""The kinds of evidence, defined once; the ledger, the pages and the lock use these words."""

from enum import StrEnum


class Kind(StrEnum):
    """How a statement is known, from the strongest to the weakest."""

    PROVED = "proved"
    MACHINE = "proved by machine"
    CERTIFICATE = "certificate per instance"
    EVERY_CASE = "every case of a finite domain"
    RANDOM = "random instances"
    MEASUREMENT = "measurement"


MEANING = {
    Kind.PROVED: "the book gives a proof, for all cases that the statement names",
    Kind.MACHINE: "a proof assistant's kernel accepted a proof of it",
    Kind.CERTIFICATE: (
        "for every case of the named domain a certificate was found, and separate lines verified "
        "it exactly"
    ),
    Kind.EVERY_CASE: "every case of the named domain was computed; nothing is said beyond it",
    Kind.RANDOM: "cases were drawn by a seeded generator; a counterexample may exist elsewhere",
    Kind.MEASUREMENT: "runs of a training or an attack were counted, with the named seeds",
}
