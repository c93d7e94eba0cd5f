from django.db import migrations

# Standings now say where an incident was, how closely that and its time are known, and against whom it was.
# Each that was weighed before is weighed once more, by the workers, as after any other change.
WEIGH_AGAIN = """
INSERT INTO tracker_dueincident (change_id, truce_id, incident_id)
SELECT incident.change_id, weighed.truce_id, weighed.incident_id
FROM (SELECT DISTINCT truce_id, incident_id FROM tracker_standing) AS weighed
JOIN tracker_incident incident ON incident.id = weighed.incident_id
"""
ASSESS_AGAIN = """
UPDATE tracker_truce SET revision = revision + 1
WHERE EXISTS (SELECT FROM tracker_standing WHERE truce_id = tracker_truce.id)
"""


class Migration(migrations.Migration):
    dependencies = [("tracker", "0014_takedowns_are_found")]

    operations = [
        migrations.RunSQL(WEIGH_AGAIN, migrations.RunSQL.noop),
        migrations.RunSQL(ASSESS_AGAIN, migrations.RunSQL.noop),
    ]
