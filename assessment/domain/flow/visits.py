"""How often a change passes each stage when some of it comes back.

The mean number of tries until one succeeds, 1 / p (W. Feller, vol. I, ch. VI), and the traffic equations of
J. R. Jackson, Networks of waiting lines, 1957.
"""

from collections.abc import Sequence

from assessment.domain.flow.errors import FlowError, not_negative, positive, probability, share


def passes_per_change(p_sendback: float, p_integration_fail: float) -> float:
    """V = 1 / (1 - (p_r + (1 - p_r) p_i)): passes through fixing, review and integration until one gets through."""
    back = probability(p_sendback, "p_sendback")
    return 1 / ((1 - back) * (1 - probability(p_integration_fail, "p_integration_fail")))


def demand_with_rework(changes_per_day: float, p_escape: float, share_back: float) -> float:
    """New changes and those that repair what escaped earlier: lambda / (1 - p_e z)."""
    returning = probability(p_escape, "p_escape") * share(share_back, "share_back")
    return positive(changes_per_day, "changes_per_day") / (1 - returning)


def visits(entries: Sequence[float], routing: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """Visits per change of any set of stages: v = e + P^T v, where row i of P says where work goes after stage i.

    J. R. Jackson, Networks of waiting lines, 1957 (the traffic equations).
    """
    n = len(entries)
    if n == 0 or len(routing) != n or any(len(row) != n for row in routing):
        raise FlowError(f"routing must be a square of {n} rows and {n} columns, one for each stage.")
    for row in routing:
        if sum(share(part, "routing") for part in row) > 1:
            raise FlowError("A row of routing adds up to more than 1; a change leaves a stage once.")
    start = [not_negative(entry, "entries") for entry in entries]
    equations = [[float(i == j) - routing[j][i] for j in range(n)] + [start[i]] for i in range(n)]
    return _solved(equations)


def _solved(rows: list[list[float]]) -> tuple[float, ...]:
    """Gauss-Jordan with the largest pivot; no pivot means work that never leaves."""
    n = len(rows)
    for column in range(n):
        pivot = max(range(column, n), key=lambda i: abs(rows[i][column]))
        if abs(rows[pivot][column]) < 1e-12:
            raise FlowError("Some stages send work round among themselves for ever; let a share of it leave.")
        rows[column], rows[pivot] = rows[pivot], rows[column]
        top = [value / rows[column][column] for value in rows[column]]
        rows[column] = top
        for i in range(n):
            if i != column:
                factor = rows[i][column]
                rows[i] = [value - factor * above for value, above in zip(rows[i], top, strict=True)]
    return tuple(row[-1] for row in rows)
