"""Lasting connections to the database: believed to stand while nothing says otherwise."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql import base

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_silent_line_is_believed_without_asking(monkeypatch):
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda _self: pytest.fail("it was asked"))
    connection.ensure_connection()
    assert connection.is_usable()


def test_a_connection_that_the_server_has_ended_is_not_used_again():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (lost,) = cursor.fetchone()
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [lost])
    assert not connection.is_usable()
    connection.close()
    assert not connection.is_usable()


def test_a_line_on_which_something_came_is_asked_and_stands():
    connection.ensure_connection()
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        with connection.cursor() as cursor:
            cursor.execute("LISTEN something")
        other.execute("NOTIFY something")
    assert connection.is_usable()
