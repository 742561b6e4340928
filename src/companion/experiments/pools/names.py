"""What pages call the pools that the record names by labels."""

import re

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")
_KINDS = {"minimax": "optimum", "least squares": "fit"}
_OTHERS = {"LPPool2d": "p-norm pool"}


def in_words(pool: str) -> str:
    """What the chapter calls a pool that the record names by a label.

    Args:
        pool: a name of the record; one without a rule stays as it is.

    Examples:
        >>> in_words("plain S_8"), in_words("minimax {0, 8}"), in_words("least squares all orders")
        ('mean of the maxes of eight', 'optimum of the orders 0 and 8', 'fit of all orders')
        >>> in_words("union-closed, 21 subpools"), in_words("average")
        ('optimum of 21 chosen subpools', 'average')
    """
    if plain := re.fullmatch(r"plain S_([1-8])", pool):
        return f"mean of the maxes of {_NUMBERS[int(plain[1])]}"
    if chosen := re.fullmatch(r"union-closed, (\d+) subpools", pool):
        return f"optimum of {chosen[1]} chosen subpools"
    if best := re.fullmatch(r"(minimax|least squares) (?:all orders|\{(.+)\})", pool):
        *others, last = (best[2] or "").split(", ")
        noun = f"the orders {', '.join(others)} and {last}" if others else f"the order {last}"
        return f"{_KINDS[best[1]]} of {noun if last else 'all orders'}"
    return _OTHERS.get(pool, pool)
