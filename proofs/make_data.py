"""Write the Coq file of an identity from the JSON file that the book and the library use.

    python proofs/make_data.py            # all files, in place
    python proofs/make_data.py max5-symmetric.json   # one, to standard output

Needs the standard library only. What is written need not be trusted: the kernel checks it.
"""

import argparse
import json
from fractions import Fraction
from math import factorial, gcd, lcm, prod
from pathlib import Path

PROOFS = Path(__file__).resolve().parent
IDENTITIES = PROOFS.parent / "src" / "maxpooling" / "two_layers" / "identities"
# Beyond these, merging equal comparisons costs more than the check of the identity itself.
MERGED = 30_000

FILES = {
    "data/Max5.v": "max5-symmetric.json",
    "data/Max6.v": "max6-symmetric.json",
    "data/Max7.v": "max7-symmetric.json",
    "data/Max8.v": "max8-symmetric.json",
    "data/Max5Neurons.v": "max5-neurons.json",
    "data/Max6Neurons.v": "max6-neurons.json",
    "data/Max7Neurons.v": "max7-neurons.json",
    "upto_ten/Max8Neurons.v": "max8-neurons.json",
    "upto_ten/Max9.v": "max9-symmetric.json",
    "upto_ten/Max10.v": "max10-symmetric.json",
}

HEADER = """\
(** * The identity for {n} inputs{blocks}, checked

    Written by [make_data.py] from [{source}]; not to be edited. *)

From Coq Require Import List ZArith NArith.
From Maxpooling Require Import OrderedField Network Identity Verify Merge.
Import ListNotations.
Open Scope Z_scope.

(** All coefficients times [scale], which includes the number of renamings. *)
Definition max{n} : identity := {{|
  labels := [{labels}]%nat;
  scale := {scale};
  pairs := [{pairs}];
  terms := [
    {terms}] |}}.

Lemma checked : check max{n} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem max{n}_two_hidden_layers :
  exists N : network, length (hidden N) = 2%nat /\\ well_formed {n} N /\\
    forall K : ofield, computes_max K {n} N.
Proof.
  exists (max_network max{n}). split; [reflexivity|split; [apply network_well_formed|]].
  intros K. exact (network_computes_max _ checked K).
Qed.
"""

WIDTH = """
(** Equal comparisons merged, the second hidden layer has {comparisons} and two neurons more. *)
Lemma width_checked : check_width max{n} {comparisons} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Theorem max{n}_width :
  exists N : network, well_formed {n} N /\\ (forall K : ofield, computes_max K {n} N)
    /\\ map (fun l => N.of_nat (length l)) (hidden N) = [{first}%N; {second}%N].
Proof.
  exists (small_network max{n}). split; [apply network_well_formed|split].
  - intros K. exact (small_network_computes_max _ checked _ width_checked K).
  - exact (small_network_widths _ _ width_checked).
Qed.
"""


def coq_file(source: Path) -> str:
    """The text of the Coq file of the identity in ``source``."""
    data = json.loads(source.read_text("utf-8"))
    blocks = data["blocks"]
    n = sum(blocks)
    coefficients = [Fraction(entry["coefficient"]) for entry in data["pairs"] + data["terms"]]
    denominator = lcm(*(c.denominator for c in coefficients))
    scale = denominator * prod(factorial(size) for size in blocks)
    integers = [int(c * denominator) for c in coefficients]
    common = gcd(scale, *integers)
    integers = [c // common for c in integers]
    of_pairs, of_terms = integers[: len(data["pairs"])], integers[len(data["pairs"]) :]
    comparisons = sum(term["images"] for term in data["terms"])
    first = n * (n - 1) // 2 + n + 1
    text = HEADER.format(
        n=n,
        blocks="" if len(blocks) == 1 else f", symmetric within blocks of {_written(blocks)}",
        source=source.name,
        labels="; ".join(str(b) for b, size in enumerate(blocks) for _ in range(size)),
        scale=scale // common,
        pairs="; ".join(
            f"({_pair(entry['pair'])}%nat, {c})"
            for entry, c in zip(data["pairs"], of_pairs, strict=True)
        ),
        terms=";\n    ".join(
            f"Term ({c}) {_side(term['first'])} {_side(term['second'])}"
            for term, c in zip(data["terms"], of_terms, strict=True)
        ),
    )
    if comparisons <= MERGED:
        text += WIDTH.format(n=n, comparisons=comparisons, first=first, second=comparisons + 2)
    return text


def _side(pairs: list[list[int]]) -> str:
    return "[" + "; ".join(map(_pair, sorted(sorted(pair) for pair in pairs))) + "]%nat"


def _pair(pair: list[int]) -> str:
    return "({}, {})".format(*sorted(pair))


def _written(sizes: list[int]) -> str:
    return ", ".join(map(str, sizes[:-1])) + f" and {sizes[-1]}"


def main() -> None:
    """Write all files, or print those named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help="files of an identity, to be printed only")
    names = parser.parse_args().names
    if names:
        for name in names:
            print(coq_file(IDENTITIES / name), end="")
        return
    for target, name in FILES.items():
        (PROOFS / target).write_text(coq_file(IDENTITIES / name), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
