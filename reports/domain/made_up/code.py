"""Code nobody runs: functions and their tests, long enough to be changed, moved and taken back."""

from reports.domain.made_up.chances import chance, choose

VERBS = ("quote", "book", "cancel", "print", "find", "merge", "split", "close", "refund", "notify", "import", "export")
NOUNS = (
    "parcel", "return", "pickup", "label", "invoice", "address", "carrier", "tariff", "surcharge", "pallet", "route",
    "customs_form", "delivery_window", "proof", "claim", "depot",
)  # fmt: skip
FIELDS = ("weight", "volume", "country", "postcode", "price_cents", "service", "reference", "due_on", "state", "zone")


def name_of_function(*words: object) -> str:
    return f"{choose(VERBS, 'verb', *words)}_{choose(NOUNS, 'noun', *words)}"


def function(name: str, *words: object, n_steps: int) -> str:
    """A function of so many steps; other words give another body under the same name."""
    lines = [f"def {name}(order, store, *, {choose(FIELDS, 'argument', *words)}=None):"]
    for step in range(n_steps):
        one, other = choose(FIELDS, "one", step, *words), choose(FIELDS, "other", step, *words)
        limit = int(chance("limit", step, *words) * 900)
        if chance("shape", step, *words) < 0.5:
            lines += [f"    {one} = order.{other} or {limit}"]
        else:
            lines += [f"    if order.{one} > {limit}:", f'        store.note("{other}", order.{one} - {limit})']
    return "\n".join([*lines, f"    return store.keep(order, {choose(FIELDS, 'kept', *words)!r})"])


def test(name: str, *words: object, n_cases: int) -> str:
    cases = [f"    assert {name}(an_order(weight={int(chance(n, *words) * 900)}), store).state" for n in range(n_cases)]
    return "\n".join([f"def test_{name}(store):", *cases])
