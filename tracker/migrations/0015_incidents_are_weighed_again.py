from django.db import migrations

# Standings now say where an incident was, how closely that and its time are known, and against whom it was.
# Each that was weighed before is weighed once more, by the workers, as after the last change that there was.
WEIGH_AGAIN = """
INSERT INTO tracker_dueincident (change_id, truce_id, incident_id)
SELECT DISTINCT newest.id, standing.truce_id, standing.incident_id
FROM tracker_standing standing CROSS JOIN (
    SELECT id FROM tracker_change WHERE known IS NOT NULL ORDER BY known DESC, id DESC LIMIT 1
) AS newest
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
