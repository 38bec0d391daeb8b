"""Small models in other people's formats, written for these tests."""

import json

import yaml

LETTERS, NUMBERS = "AB", (1, 2, 3)


def key(*parts):
    """32 hexadecimal digits, the same for the same parts."""
    return "".join(f"{ord(c):02x}" for c in "".join(map(str, parts)))[:32].ljust(32, "0")


def samm_files(functions=(("Planning", "P", "Roads"), ("Building", "B", "Walls"))):
    """{path: object}: one practice of two streams and three levels for each function."""
    files = {
        "answer_sets/N": {
            "id": key("set"),
            "values": [{"text": "No", "value": 0}, {"text": "Half", "value": 0.5}, {"text": "Fully", "value": 1}],
        }
    }
    for n in NUMBERS:
        files[f"maturity_levels/{n}"] = {"id": key("level", n), "number": n}
    for order, (function, letter, practice) in enumerate(functions, start=1):
        files[f"business_functions/{function}"] = {
            "model": "TEST1",
            "id": key(function),
            "name": function,
            "order": order,
        }
        short = practice[:2].upper()
        files[f"security_practices/{practice}"] = {
            "function": key(function),
            "id": key(practice),
            "name": practice,
            "shortName": short,
            "order": 1,
        }
        for n in NUMBERS:
            files[f"practice_levels/{letter}-{n}"] = {
                "practice": key(practice),
                "maturityLevel": key("level", n),
                "id": key(practice, n),
            }
        for stream in LETTERS:
            files[f"streams/{letter}-{stream}"] = {
                "practice": key(practice),
                "id": key(practice, stream),
                "letter": stream,
                "order": 1,
            }
            for n in NUMBERS:
                name, one = f"{letter}-{n}-{stream}", key(practice, stream, n)
                files[f"activities/{name}"] = {
                    "stream": key(practice, stream),
                    "level": key(practice, n),
                    "id": one,
                    "title": f"Do {name}",
                }
                files[f"questions/{name}"] = {
                    "activity": one,
                    "answerSet": key("set"),
                    "id": key("q", practice, stream, n),
                    "text": f"Is {name} done?",
                    "quality": ["It is written down"],
                }
    return files


def write_samm(folder, files):
    for path, content in files.items():
        file = folder / "model" / f"{path}.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
        file.write_text(text.replace("'No'", "No"), encoding="utf-8")
    return folder


def activity(uuid, level=1, **more):
    return {
        "uuid": uuid,
        "level": level,
        "usefulness": 3,
        "difficultyOfImplementation": {"knowledge": 1, "time": 2, "resources": 3},
    } | more


def write_dsomm(file, tree, meta=None):
    documents = [{"meta": meta or {"version": "9.9.9", "publisher": "nobody"}}, tree]
    file.write_text(yaml.safe_dump_all(documents, sort_keys=False), encoding="utf-8")
    return file


def question(name, rules, choices=("one", "two"), **more):
    offered = [{"id": f"{name}_{c}", "title": c, "improvementPlan": {"displayText": f"Do {c}"}} for c in choices]
    given = [{"condition": condition, "risk": f"{risk}_RISK"} for condition, risk in rules]
    return {"id": name, "title": f"Question {name}", "choices": offered, "riskRules": given} | more


def lens(*questions, **more):
    pillars = [{"id": "first", "name": "First", "questions": list(questions)}]
    return {"schemaVersion": "2021-11-01", "name": "A lens", "description": "For tests", "pillars": pillars} | more


def write_lens(file, content):
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file
