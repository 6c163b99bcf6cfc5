"""The services the tests run on."""

import redis
from sqlalchemy import create_engine, text


def test_a_postgres_database_is_empty_and_utf8(postgres_database):
    engine = create_engine(postgres_database)

    with engine.connect() as connection:
        tables = connection.execute(text("select count(*) from pg_tables where schemaname = 'public'")).scalar_one()
        name = connection.execute(text("select '𠮷' || '㛃'")).scalar_one()

    assert (tables, name) == (0, "𠮷㛃")
    engine.dispose()


def test_a_redis_database_is_empty(redis_url):
    with redis.Redis.from_url(redis_url) as connection:
        assert connection.dbsize() == 0
        connection.set("left", "over")


def test_what_one_test_leaves_in_redis_is_gone_in_the_next(redis_url):
    with redis.Redis.from_url(redis_url) as connection:
        assert connection.get("left") is None
