"""How much of a commit message is read, the one place this is stated.

Whoever can push writes the messages, and every signal reads them: a line counts with its first 1,000 characters, a
message with at most 20,000. Of a longer one the beginning is kept, and the end, where the trailers stand.
"""

MAX_LINE_CHARS = 1_000
MAX_MESSAGE_CHARS = 20_000
_END_CHARS = 5_000


def readable(text: str) -> str:
    """The part of a message that is read; nearly always all of it."""
    if len(text) > MAX_MESSAGE_CHARS:
        end = text[-_END_CHARS:].partition("\n")[2]  # begins with a whole line, so that no trailer arises by cutting
        text = f"{text[: MAX_MESSAGE_CHARS - _END_CHARS]}\n{end}".rstrip("\n")
    if len(text) <= MAX_LINE_CHARS:
        return text
    return "\n".join(line[:MAX_LINE_CHARS] for line in text.split("\n"))
