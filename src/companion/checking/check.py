"""One case of a statement and its domain: the loop, the count, the scope, the source.

``@check("theorem-2", Kind.CERTIFICATE, d=range(2, 65))`` turns a function of one case into a
:class:`Check`. Called without arguments it runs its whole domain; with all of them it tries one
case, also outside of the domain; with some it runs the domain of the others.
"""

import html
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import update_wrapper
from typing import Any, Protocol, TypeVar

from companion.checking.domains import Domain, as_domain, shown
from companion.checking.kinds import Kind
from companion.errors import CheckFailedError, SmallerRunsError, UncheckedError
from maxpooling.errors import CertificateError

Value = Fraction | int | float | str
Case = Callable[..., Mapping[str, Value] | None]
Collector = Callable[[Any, Any], Any]
SEEDS = "seeds"
"""The value by which a measurement says how many seeds it rests on."""

_BY_RUNNING = (Kind.CERTIFICATE, Kind.EVERY_CASE, Kind.RANDOM, Kind.MEASUREMENT)
_certified = 0


class Verifiable(Protocol):
    """Something that proves itself again, by separate lines, and raises if it cannot."""

    def verify(self) -> object:
        """Raise unless the certificate is right."""


Certificate = TypeVar("Certificate", bound=Verifiable)
Subject = TypeVar("Subject")
Outcome = TypeVar("Outcome")


def require(condition: bool, message: str) -> None:
    """Raise :class:`~companion.errors.CheckFailedError` with ``message`` unless it holds.

    Unlike ``assert`` it also runs under ``python -O``.
    """
    if not condition:
        raise CheckFailedError(message)


def certify(found: Certificate) -> Certificate:
    """Verify a certificate, and count it: a check that says it certifies must have done so.

    Raises:
        CheckFailedError: the certificate does not prove what it should.
    """
    certify_by(lambda certificate: certificate.verify(), found)
    return found


def certify_by(verify: Callable[[Subject], Outcome], subject: Subject) -> Outcome:
    """Likewise where a function verifies; return what it found.

    Args:
        verify: raises CertificateError, or returns False, unless ``subject`` is right.
        subject: what is to be verified.

    Raises:
        CheckFailedError: it is not verified.
    """
    global _certified  # noqa: PLW0603 - one count for the process, read by the loop below
    try:
        outcome = verify(subject)
    except CertificateError as error:
        raise CheckFailedError(f"the certificate fails: {error}") from error
    require(outcome is not False, f"the certificate fails: {subject!r}"[:500])
    _certified += 1
    return outcome


def each(before: Value, now: Value) -> str:
    """Collect the values of all cases, apart by semicolons."""
    return f"{before}; {now}"


def span(before: Value, now: Value) -> Value:
    """Collect integers of all cases as one, if they are equal, or from the least to the largest.

    Examples:
        >>> span(3, 3), span(3, 1), span(span(3, 1), 2)
        (3, '1 to 3', '1 to 3')
    """
    least, _, most = str(before).partition(" to ")
    low, high = min(int(least), int(now)), max(int(most or least), int(now))
    return low if low == high else f"{low} to {high}"


@dataclass(frozen=True)
class Ran:
    """One domain that was run.

    Attributes:
        kind: of evidence.
        domain: its cases in a reader's words, made by the domain itself.
        cases: how many there were.
    """

    kind: Kind
    domain: str
    cases: int

    @property
    def scope(self) -> str:
        """``d = 2 to 64; 63 cases``; a single case that is named is not counted."""
        if self.cases == 1:
            return self.domain or "one case"
        return f"{self.domain}; {self.cases} cases"

    def __str__(self) -> str:
        """``certificate per instance: d = 2 to 64; 63 cases``."""
        return f"{self.kind}: {self.scope}"


@dataclass(frozen=True)
class Evidence:
    """What a check that passed has shown.

    Attributes:
        check: its name, ``MODULE.FUNCTION``.
        claim: the identifier of its statement.
        ran: every domain, in the order of the decorators.
        values: named numbers that the cases returned (exact where they are exact).
        source: of the function of one case.
    """

    check: str
    claim: str
    ran: tuple[Ran, ...]
    values: Mapping[str, Value] = field(default_factory=dict)
    source: str = field(default="", repr=False)

    @property
    def scope(self) -> str:
        """Every domain with its count."""
        return " · ".join(map(str, self.ran))

    def _repr_markdown_(self) -> str:
        """Render as one line below the statement."""
        return f"**Checked**: {self._line()}"

    def _repr_html_(self) -> str:
        """Render as one line, and the check's source, folded."""
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import PythonLexer

        code = highlight(self.source, PythonLexer(), HtmlFormatter())
        line = f"<p><strong>Checked</strong>: {html.escape(self._line())}</p>"
        summary = f"<summary>One case: <code>{html.escape(self.check)}</code></summary>"
        return f'<div class="evidence">{line}<details>{summary}{code}</details></div>'

    def _line(self) -> str:
        found = "; ".join(f"{name} = {shown(value)}" for name, value in self.values.items())
        return f"{self.scope}. Found: {found}." if found else f"{self.scope}."


@dataclass(frozen=True)
class Run:
    """A domain of a check and the kind of evidence that running it gives."""

    kind: Kind
    domain: Mapping[str, Domain]

    def cases(self, fixed: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], int]]:
        """Every case that has the fixed arguments, with what it counts for."""
        yield from self._extend(list(self.domain.items()), {}, 1, fixed)

    def _extend(
        self,
        left: Sequence[tuple[str, Domain]],
        given: dict[str, Any],
        size: int,
        fixed: Mapping[str, Any],
    ) -> Iterator[tuple[dict[str, Any], int]]:
        if not left:
            yield given, size
            return
        (name, domain), *rest = left
        values = [fixed[name]] if name in fixed else domain.cases(given)
        for value in values:
            counts = 1 if name in fixed else domain.size(value)
            yield from self._extend(rest, {**given, name: value}, size * counts, fixed)

    def count(self) -> int:
        """How many cases there are; the last argument's values are only made if they must be."""
        if not self.domain:
            return 1
        *before, (_, last) = self.domain.items()
        return sum(
            size * last.count_cases(given) for given, size in self._extend(before, {}, 1, {})
        )

    def words(self, fixed: Mapping[str, Any]) -> str:
        """The domain for a reader; of fixed arguments their one value."""
        return "; ".join(
            domain.words_of(name, fixed[name]) if name in fixed else domain.words(name)
            for name, domain in self.domain.items()
        )


class Check:
    """A statement's check: a function of one case with the domains that it is run over.

    Attributes:
        claim: identifier of the statement in the ledger.
        function: of one case; raises CheckFailedError, may return named values.
        runs: its domains, each with the kind of evidence.
        name: ``MODULE.FUNCTION``, the module without its package.
    """

    def __init__(
        self,
        claim: str,
        function: Case,
        runs: tuple[Run, ...],
        collect: Mapping[str, Collector] | Collector,
    ) -> None:
        """Called by :func:`check`."""
        update_wrapper(self, function)
        self.claim = claim
        self.function = function
        self.runs = runs
        self.collect = collect
        self.name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"

    def __str__(self) -> str:
        """``MODULE.FUNCTION``."""
        return self.name

    @property
    def source(self) -> str:
        """The source of the function of one case, its domains included."""
        return inspect.getsource(self.function)

    @property
    def doc(self) -> str:
        """The first line of the docstring: what is checked."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    def scope(self) -> tuple[Ran, ...]:
        """What a call without arguments runs over, counted without running it."""
        return tuple(Ran(run.kind, run.words({}), run.count()) for run in self.runs)

    def __call__(self, **fixed: Any) -> Evidence:
        """Run the domains; arguments that are given are fixed, inside of the domain or outside.

        Raises:
            CheckFailedError: a case fails; names the case.
            UncheckedError: there is no case.
            TypeError: an unknown argument, or a case that does not give the evidence it claims.
        """
        known = list(self.runs[0].domain)
        for name in fixed:
            if name not in known:
                allowed = ", ".join(known) or "none"
                raise TypeError(f"{self.name} has no argument {name!r}; allowed: {allowed}")
        values: dict[str, Value] = {}
        ran = []
        for run in self._runs(fixed):
            count = 0
            for case, size in run.cases(fixed):
                self._take(run.kind, case, values)
                count += size
            if not count:
                raise UncheckedError(f"{self.name}: no case of {run.words(fixed) or 'any'}")
            ran.append(Ran(run.kind, run.words(fixed), count))
        return Evidence(self.name, self.claim, tuple(ran), values, self.source)

    def _runs(self, fixed: Mapping[str, Any]) -> Sequence[Run]:
        """All; but one case, whose arguments are all given, once."""
        every = self.runs[0].domain
        if not every or any(name not in fixed for name in every):
            return self.runs
        return [Run(_one_case(self.runs[0].kind), every)]

    def _take(self, kind: Kind, case: Mapping[str, Any], values: dict[str, Value]) -> None:
        before = _certified
        try:
            found = self.function(**case) or {}
        except SmallerRunsError:
            raise  # it says of which statement, to a reader
        except CheckFailedError as error:
            at = ", ".join(f"{name} = {shown(value)}"[:200] for name, value in case.items())
            raise CheckFailedError(f"{self.name} at {at}: {error}" if at else str(error)) from error
        if kind is Kind.CERTIFICATE and _certified == before:
            raise TypeError(f"{self.name} calls itself a certificate and certified nothing")
        if kind is Kind.MEASUREMENT and SEEDS not in found:
            raise TypeError(f"{self.name} is a measurement and does not say how many seeds")
        for key, value in found.items():
            collector = self.collect if callable(self.collect) else self.collect.get(key)
            if key not in values:
                values[key] = value
            elif collector is not None:
                values[key] = collector(values[key], value)
            elif values[key] != value:
                raise TypeError(f"{self.name}: {key!r} differs between cases; name a collector")


def check(
    claim: str,
    kind: Kind,
    *,
    collect: Mapping[str, Collector] | Collector | None = None,
    **domain: Domain | Sequence[Any],
) -> Callable[[Case | Check], Check]:
    """Make a function of one case a :class:`Check`; may stand several times over one function.

    Args:
        claim: identifier of the statement in the ledger.
        kind: the evidence that the domain gives. A drawn domain gives ``Kind.RANDOM`` and nothing
            else; ``Kind.CERTIFICATE`` asks that every case calls :func:`certify`;
            ``Kind.MEASUREMENT`` asks that every case returns the number of its seeds.
        collect: for values that differ between cases: how two become one, as ``max`` or
            :func:`each`; by name, or one for all.
        domain: for each argument, in an order in which later ones may depend on earlier ones.

    Raises:
        TypeError: a kind that no run can give or that does not fit the domain, another claim or
            other arguments than those of the check below.
    """
    if kind not in _BY_RUNNING:
        raise TypeError(f"kind={kind}: no run gives it; allowed: {', '.join(_BY_RUNNING)}")
    domains = {name: as_domain(values) for name, values in domain.items()}
    drawn = any(one.random for one in domains.values())
    if drawn != (kind is Kind.RANDOM):
        what = "drawn" if drawn else "not drawn"
        raise TypeError(f"kind={kind!s} of {claim!r} does not fit a domain that is {what}")

    def decorate(below: Case | Check) -> Check:
        run = Run(kind, domains)
        if not isinstance(below, Check):
            expected = list(inspect.signature(below).parameters)
            if expected != list(domains):
                raise TypeError(f"{claim!r} has the domain of {list(domains)}, not of {expected}")
            return Check(claim, below, (run,), collect or {})
        if (below.claim, set(below.runs[0].domain)) != (claim, set(domains)):
            raise TypeError(f"{below.name} has two claims or two lists of arguments")
        return Check(claim, below.function, (run, *below.runs), collect or below.collect)

    return decorate


def _one_case(kind: Kind) -> Kind:
    """A single case of a drawn domain that a reader gives is not drawn."""
    return Kind.EVERY_CASE if kind is Kind.RANDOM else kind
