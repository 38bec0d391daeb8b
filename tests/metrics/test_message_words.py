"""The words looked for before the patterns are: no message is passed over that a pattern would find something in."""

import random

import pytest

from metrics.signals import links

PIECES = (
    *("Fix #12", "(#12)", "(PR #7)", "(pull request #3)", "Merge pull request !9 from a/b", "GH-44"),
    *("org/repo#5", "ABC-12", "Reviewed-on: https://x/y", "See merge request a/b!3", "PART-OF: <x>"),
    *("https://x.org/a/issues/12", "HTTP://J/browse/A-1", "specs/12-login.md", "ADRS/0007"),
    *("docs/decisions/9", "Ticket: 5", "Stories-id: 7", "jira: X", "item: y", "tasks: 1"),
    *("Co-authored-by: C <noreply@anthropic.com>", "coauthored-by: A <a@b>", "Assisted-by: Claude"),
    *("AI-Tool-x: gpt", "Made-with: cursor", "written-by: llm", "Aided-By: aider", "generated-with: Qwen"),
    *("ai-assisted: Gemini", "AI assistance: Copilot", "LLM-use: yes", "**AI usage**: none"),
    *("- [x] An AI wrote this", "* [X] no LLM was used", "Claude-Session: 1", "entire-foo: 1"),
    *("Agent-Logs-Url: x", "Replit-Commit-Id: 4", "ai-usage: x", "Generated with [Claude Code]"),
    *("Created with Cursor", "\U0001f916 Made with Codex", "This reverts commit 1234567890", "Plain words"),
    *("ta\u017fk: 3", "\u212aey", "a-b", "hello!"),
)


@pytest.mark.parametrize("seed", range(4))
def test_looking_for_words_first_changes_no_answer(monkeypatch, seed):
    chance = random.Random(seed)
    texts = ["\n".join(chance.choices(PIECES, k=chance.randrange(1, 4))) for _ in range(300)] + list(PIECES)
    texts += [chance.choice((str.upper, str.lower, str.title))(text) for text in texts]
    quick = [(links.items_in.__wrapped__(text), links.declares_assistant(text)) for text in texts]
    monkeypatch.setattr(links, "_may_hold", lambda _text, _words: True)
    assert quick == [(links.items_in.__wrapped__(text), links.declares_assistant(text)) for text in texts]
    assert {True, False} == {declared for _, declared in quick}
