"""The PostgreSQL and Redis of a development machine: whether they answer, and clearing up what a run left there.

outside.py postgres|redis      exit status 0 when it answers
outside.py clear NAME          drop every database and key whose name holds NAME
"""

import sys

import psycopg
import redis
from psycopg import sql

POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
REDIS = "redis://127.0.0.1:6379/9"


def postgres_answers() -> bool:
    try:
        with psycopg.connect(POSTGRES, connect_timeout=3) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def redis_answers() -> bool:
    try:
        return bool(redis.Redis.from_url(REDIS, socket_timeout=3).ping())
    except redis.RedisError:
        return False


def clear(name: str) -> None:
    if postgres_answers():
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            left = connection.execute("SELECT datname FROM pg_database WHERE strpos(datname, %s) > 0", [name])
            for (database,) in left.fetchall():
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))
    if redis_answers():
        client = redis.Redis.from_url(REDIS)
        for key in client.scan_iter(f"*{name}*"):
            client.delete(key)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["postgres"]:
            sys.exit(not postgres_answers())
        case ["redis"]:
            sys.exit(not redis_answers())
        case ["clear", name] if len(name) > 12:
            clear(name)
        case _:
            sys.exit(__doc__)
