"""A report's file goes when its row goes, however the row goes: alone or with its assessment."""

from typing import Any

from django.db import transaction


def delete_file(instance: Any, **_: Any) -> None:
    """After the deletion is stored, so that a rollback keeps row and file together."""
    storage, name = instance.file.storage, instance.file.name
    if name:
        transaction.on_commit(lambda: storage.delete(name))
