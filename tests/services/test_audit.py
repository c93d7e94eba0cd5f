"""The audit: a chain that tells of every entry that was altered or is gone."""

import pytest
from django.core.management import CommandError, call_command

from tests.services.cast import received
from tracker.models import AuditEntry, AuditLink
from tracker.services import audit, positions
from tracker.services.audit import Break

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chained(truce, author):
    received(author)
    positions.place()
    return AuditLink.objects.count()


def by_force(owner_connection, table, statement):
    """What somebody with all rights on the database could do: past the triggers."""
    with owner_connection.transaction():
        owner_connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner_connection.execute(statement)
        owner_connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_the_chain_of_what_was_done_holds(chained, capsys):
    assert audit.verify() == []
    call_command("verify_audit")
    assert f"{chained} entries" in capsys.readouterr().out


def test_an_altered_entry_breaks_it_at_its_place_alone(chained, owner_connection, capsys):
    entry = AuditLink.objects.get(position=3).entry_id
    by_force(
        owner_connection,
        "tracker_auditentry",
        f"UPDATE tracker_auditentry SET actor = 'nobody' WHERE id = {entry}",
    )
    assert audit.verify() == [Break(3, "altered")]
    with pytest.raises(CommandError):
        call_command("verify_audit")
    assert "position 3" in capsys.readouterr().out


def test_an_entry_that_is_gone_breaks_it(chained, owner_connection):
    entry = AuditLink.objects.get(position=2).entry_id
    by_force(owner_connection, "tracker_auditentry", f"DELETE FROM tracker_auditentry WHERE id = {entry}")
    assert audit.verify() == [Break(2, "missing_entry")]


def test_a_link_that_is_gone_breaks_it_also_at_the_end(chained, owner_connection):
    gone = f"DELETE FROM tracker_auditlink WHERE position IN (2, {chained})"
    by_force(owner_connection, "tracker_auditlink", gone)
    assert [found.position for found in audit.verify()] == [2, chained]
    assert AuditEntry.objects.count() == chained
