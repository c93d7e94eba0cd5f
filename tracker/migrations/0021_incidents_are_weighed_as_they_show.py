from django.db import migrations

# An incident is one of a truce only while a report that shows concerns that one, and what it shows of place and
# figures depends on all that is said of it. Each is weighed once more, by the workers, as after the last change
# that there was, and the histories of their truces are gone over.
WEIGH_AGAIN = """
INSERT INTO tracker_dueincident (change_id, truce_id, incident_id)
SELECT DISTINCT newest.id, concerned.truce_id, link.incident_id
FROM tracker_incidentlink link JOIN tracker_reporttruce concerned ON concerned.report_id = link.report_id
CROSS JOIN (
    SELECT id FROM tracker_change WHERE known IS NOT NULL ORDER BY known DESC, id DESC LIMIT 1
) AS newest
"""
ASSESS_AGAIN = """
UPDATE tracker_truce SET revision = revision + 1, rewind_to = '1900-01-01T00:00:00Z'
WHERE EXISTS (SELECT FROM tracker_reporttruce WHERE truce_id = tracker_truce.id)
"""


class Migration(migrations.Migration):
    dependencies = [("tracker", "0020_terms_of_several_truces_are_told_apart")]

    operations = [
        migrations.RunSQL(WEIGH_AGAIN, migrations.RunSQL.noop),
        migrations.RunSQL(ASSESS_AGAIN, migrations.RunSQL.noop),
    ]
