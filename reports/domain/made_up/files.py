"""What the made-up repository begins with, and the few files that join it later: (days before the end, path, text)."""

UNITS = ("desk", "rates", "labels", "tracking")

README = """# Parcel desk

**This repository is made up.** A demonstration writes it: its people, changes and dates never were.

Four services of an invented parcel shop: the desk that takes orders, the rates it asks for, the labels it prints and
the tracking that follows a parcel.
"""

PIPELINE = """name: checks
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pip install -r requirements.lock
      - run: ruff check .
      - run: mypy desk rates labels tracking
      - run: pytest --cov=desk --cov=rates
"""

RELEASE = """name: release
on:
  push:
    tags: ["v*"]
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: bin/publish "$GITHUB_REF_NAME"
"""

SCAN = """name: code scanning
on:
  pull_request:
permissions:
  contents: read
  security-events: write
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: github/codeql-action/init@v3
      - uses: github/codeql-action/analyze@v3
"""

OWNERS = """/desk/ @parcel/desk
/rates/ @parcel/rates
/labels/ @parcel/labels
/tests/desk/ @parcel/desk
/tests/rates/ @parcel/rates
/.github/ @parcel/platform
"""

FORM = """name: Request
description: Something the desk should do
body:
  - type: textarea
    id: what
    attributes: {label: What should be possible}
    validations: {required: true}
  - type: textarea
    id: acceptance
    attributes: {label: Acceptance, description: How we will see that it is done}
    validations: {required: false}
"""

PROJECT = """[project]
name = "parcel-desk"
requires-python = ">=3.12"
dependencies = ["fastapi", "sqlalchemy"]

[tool.ruff]
line-length = 110

[tool.mypy]
strict = true
"""

CONTRACT = """openapi: 3.1.0
info: {title: Labels, version: "1"}
paths:
  /labels:
    post:
      summary: Print a label
      responses: {"201": {description: printed}}
"""

INSTRUCTIONS = """# For assistants

- Run `ruff check .`, `mypy` and `pytest` before you propose a change.
- Every service has its own tables; none reads another's.
- Why things are as they are stands in docs/decisions/.
- Say in a trailer that you took part: `Assisted-by:`.
"""

UPDATES = """version: 2
updates:
  - {package-ecosystem: pip, directory: /, schedule: {interval: weekly}}
"""

AT_THE_START = {
    "README.md": README,
    "CODEOWNERS": OWNERS,
    "pyproject.toml": PROJECT,
    "requirements.lock": "fastapi==0.100.0\nsqlalchemy==2.0.0\n",
    ".gitignore": ".venv/\n__pycache__/\n.env\n",
    ".github/workflows/checks.yml": PIPELINE,
    ".github/workflows/release.yml": RELEASE,
    ".github/dependabot.yml": UPDATES,
    "labels/openapi.yaml": CONTRACT,
    "CHANGELOG.md": "# Changelog\n",
    **{f"{unit}/Dockerfile": "FROM python:3.12-slim\nCOPY . /app\nEXPOSE 8000\n" for unit in UNITS},
    **{f"{unit}/requirements.txt": "fastapi\nuvicorn\n" for unit in UNITS},
}

LATER = (
    (330, ".github/ISSUE_TEMPLATE/request.yml", FORM, "Ask for acceptance in a form"),
    (210, ".github/workflows/scan.yml", SCAN, "Scan code on every change"),
    (96, "AGENTS.md", INSTRUCTIONS, "Tell assistants how we work"),
)

DECISIONS = (
    "One database for each service", "Rates are kept for a day", "Labels are drawn on the server",
    "A parcel has one number", "Events instead of calls between services", "Carriers behind one interface",
    "No personal data in logs", "Prices in whole cents",
)  # fmt: skip

DECISION = """# {decision}

Status: accepted

## Context

The {unit} needed it for #{number}.

## Decision

{decision}.
"""

SPECIFICATION = """# {title}

## Why

{why}

## Acceptance

Given a parcel that was paid for, when somebody asks for {noun}, then the desk answers within 300 ms.

## Interfaces

One endpoint of {unit}, named in its contract.
"""

OF_CARE = """
## Data and privacy

Nothing but the parcel number is kept, for 90 days.

## Operations

An alert after 5 failed calls; rollback by the switch `{unit}.{noun}`.
"""

OPEN_END = """
## Operations

TBD. It should be fast and robust.
"""
