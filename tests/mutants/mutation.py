"""One-line changes of a module: which there are, each with a name that outlives a moved line.

What is changed is the syntax tree; no file is written. Left alone, because no result hangs on them:
docstrings, annotations, decorators, texts, and the words of a ``raise``.
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[tuple[str, int | None], ...]
"""Fields, and places in them where they hold lists, from the module down to a node."""

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,  # and not the other way: | also joins types
}
_OTHER_NAME = {"min": "max", "max": "min", "any": "all", "all": "any"}
_DROPPED = ("abs", "sorted", "set")  # the call's argument stands in its place
_UNSEEN = ("decorator_list", "annotation", "returns", "type_comment", "type_params")


@dataclass(frozen=True)
class Mutant:
    """One changed place.

    Attributes:
        name: function, then the expression or statement before and after; with a number from the
            second time on that this occurs in the function.
        tree: of the whole changed module.
    """

    name: str
    tree: ast.Module


def mutants(source: str, skip: frozenset[str] = frozenset()) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its source.

    Args:
        source: its text.
        skip: functions and classes that are left alone, by their qualified names.
    """
    tree = ast.parse(source)
    seen: Counter[str] = Counter()
    for path, function in _places(tree, (), "", skip):
        for after in _changes(_at(tree, path)):
            changed = copy.deepcopy(tree)
            _put(changed, path, after)
            shown = path[:-1] if isinstance(_at(tree, path), ast.Constant) else path
            name = f"{function}: {_text(_at(tree, shown))} -> {_text(_at(changed, shown))}"
            seen[name] += 1
            numbered = f"{name} ({seen[name]})" if seen[name] > 1 else name
            yield Mutant(numbered, ast.fix_missing_locations(changed))


def _places(
    node: ast.AST, path: Path, function: str, skip: frozenset[str]
) -> Iterator[tuple[Path, str]]:
    """Every node that may be changed, with the function that it stands in."""
    yield path, function or "module"
    if isinstance(node, ast.Raise | ast.JoinedStr | ast.Import | ast.ImportFrom):
        return
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return  # of zip: it refuses what no caller does
    for field, value in ast.iter_fields(node):
        if field in _UNSEEN:
            continue
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST):
                continue
            inside = function
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                inside = f"{function}.{child.name}" if function else child.name
                if inside in skip:
                    continue
            place = (field, index if isinstance(value, list) else None)
            yield from _places(child, (*path, place), inside, skip)


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    match node:
        case ast.Compare(ops=operators):
            for k, operator in enumerate(operators):
                for other in _COMPARISONS[type(operator)]:
                    changed = copy.deepcopy(node)
                    changed.ops[k] = other()
                    yield changed
        case ast.BinOp(op=operator) | ast.AugAssign(op=operator) if type(operator) in _ARITHMETIC:
            changed_operation = copy.deepcopy(node)
            changed_operation.op = _ARITHMETIC[type(operator)]()
            yield changed_operation
        case ast.BoolOp(op=operator, values=values):
            yield ast.BoolOp(ast.And() if isinstance(operator, ast.Or) else ast.Or(), values)
            for k in range(len(values)):
                left = values[:k] + values[k + 1 :]
                yield left[0] if len(left) == 1 else ast.BoolOp(operator, left)
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            yield operand
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield ast.Constant(value + 1)
        case ast.Call(func=ast.Name(id=name), args=[argument, *_]) if name in _DROPPED:
            yield argument
        case ast.Call(func=ast.Name(id=name)) if name in _OTHER_NAME:
            changed_call = copy.deepcopy(node)
            changed_call.func = ast.Name(_OTHER_NAME[name], ast.Load())
            yield changed_call
        case ast.comprehension(ifs=conditions):
            for k in range(len(conditions)):
                fewer = copy.deepcopy(node)
                del fewer.ifs[k]
                yield fewer
        case ast.If(test=test) | ast.IfExp(test=test) if not isinstance(
            test, ast.Compare | ast.BoolOp
        ):
            negated = copy.deepcopy(node)
            negated.test = ast.UnaryOp(ast.Not(), test)
            yield negated
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.Continue() | ast.Break():
            yield ast.Pass()


def _at(tree: ast.AST, path: Path) -> ast.AST:
    for field, index in path:
        value = getattr(tree, field)
        tree = value if index is None else value[index]
    return tree


def _put(tree: ast.AST, path: Path, new: ast.AST) -> None:
    *above, (field, index) = path
    parent = _at(tree, tuple(above))
    if index is None:
        setattr(parent, field, new)
    else:
        getattr(parent, field)[index] = new


def _text(node: ast.AST) -> str:
    """The node in one line; of a statement with a body only its head."""
    if getattr(node, "body", None) and isinstance(node, ast.stmt):
        head = copy.copy(node)
        head.body = [ast.Pass()]  # type: ignore[attr-defined]
        for rest in ("orelse", "finalbody"):
            if hasattr(head, rest):
                setattr(head, rest, [])
        node = head
    return " ".join(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split())
