from django.db import migrations

# What reports of one truce said of an incident was weighed in another only when something of that one came. An
# incident about which reports of several truces tell is weighed in each of them, and their histories gone over.
WEIGH_IN_EVERY = """
INSERT INTO tracker_dueincident (change_id, truce_id, incident_id)
SELECT newest.id, unnest(array_agg(DISTINCT concerned.truce_id)), link.incident_id
FROM tracker_incidentlink link JOIN tracker_reporttruce concerned ON concerned.report_id = link.report_id
CROSS JOIN (
    SELECT id FROM tracker_change WHERE known IS NOT NULL ORDER BY known DESC, id DESC LIMIT 1
) AS newest
GROUP BY newest.id, link.incident_id
HAVING count(DISTINCT concerned.truce_id) > 1
"""
ASSESS_AGAIN = """
UPDATE tracker_truce SET revision = revision + 1, rewind_to = '1900-01-01T00:00:00Z'
WHERE EXISTS (
    SELECT FROM tracker_incidentlink link JOIN tracker_reporttruce concerned ON concerned.report_id = link.report_id
    JOIN tracker_incidentlink beside ON beside.incident_id = link.incident_id
    JOIN tracker_reporttruce other ON other.report_id = beside.report_id AND other.truce_id <> concerned.truce_id
    WHERE concerned.truce_id = tracker_truce.id
)
"""


class Migration(migrations.Migration):
    dependencies = [("tracker", "0016_due_incidents_are_found_by_incident")]

    operations = [
        migrations.RunSQL(WEIGH_IN_EVERY, migrations.RunSQL.noop),
        migrations.RunSQL(ASSESS_AGAIN, migrations.RunSQL.noop),
    ]
