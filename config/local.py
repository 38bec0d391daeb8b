"""Defaults of an installation in one folder: what `make up` and `manage.py` run with when nobody configured anything.

A server that is configured (SECRET_KEY or SECRET_KEY_FILE is set) gets none of them, and the web server's own entry
point, `config.wsgi`, never does: there a missing key or host list stays an error.
"""

import os
import secrets
import socket
from collections.abc import MutableMapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
KEY_BYTES = 50


def set_local_defaults(environ: MutableMapping[str, str]) -> None:
    """Fill in what is not set; the secret key is made once and kept in the data folder."""
    if "SECRET_KEY" in environ or "SECRET_KEY_FILE" in environ:
        return
    data_dir = Path(environ.get("DATA_DIR") or CHECKOUT / "data").resolve()
    environ["DATA_DIR"] = str(data_dir)
    environ["SECRET_KEY_FILE"] = str(keep_secret_key(data_dir))
    environ.setdefault("ALLOWED_HOSTS", ",".join(_local_hosts(environ.get("HOST", ""))))
    environ.setdefault("REPOSITORY_ROOTS", f"{CHECKOUT},{data_dir / 'repositories'}")


def keep_secret_key(data_dir: Path) -> Path:
    """The file with this installation's secret key, made readable by its owner only when it is not there yet."""
    key_file = data_dir / "secret_key"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data_dir / "repositories").mkdir(exist_ok=True)
        if not key_file.exists():
            _write_once(key_file, secrets.token_urlsafe(KEY_BYTES))
    except OSError as error:
        raise SystemExit(f"Cannot write to {data_dir}: {error.strerror}. Set DATA_DIR to a folder you own.") from error
    return key_file


def _write_once(path: Path, text: str) -> None:
    """Write the whole file or nothing; of two that start at once the first wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _local_hosts(host: str) -> list[str]:
    """The names of this machine; the address it is bound to as well, unless that means every address."""
    names = ["localhost", "127.0.0.1", "[::1]", socket.gethostname().lower()]
    return names if host in {"", "0.0.0.0", "::", *names} else [*names, host]  # noqa: S104  # compared, not bound
