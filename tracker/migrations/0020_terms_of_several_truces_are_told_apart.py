from django.db import migrations, models

NUMBER = """
UPDATE tracker_term term SET number = numbered.number
FROM (
    SELECT id, row_number() OVER (PARTITION BY ref ORDER BY truce_id) AS number FROM tracker_term
) AS numbered
WHERE numbered.id = term.id AND numbered.number > 1
"""
# What was alleged against a term that another truce had before went out under the name of that one's. It is told
# to be forgotten, and told again under its own once it is weighed.
FORGET = """
WITH renamed AS (
    SELECT DISTINCT entry.view, entry.subject
    FROM tracker_term term
    JOIN LATERAL (
        SELECT DISTINCT found.reference FROM tracker_standing found WHERE found.term_id = term.id
    ) AS standing ON true
    JOIN tracker_logentry entry ON entry.subject = standing.reference || '/' || term.ref
    WHERE term.number > 1
), change AS (
    INSERT INTO tracker_change (made, worker, request_id, reassesses, historical, known_basis)
    SELECT newest.known, 'migration', '', false, false, ''
    FROM (SELECT max(known) AS known FROM tracker_change) AS newest WHERE EXISTS (SELECT FROM renamed)
    RETURNING id
)
INSERT INTO tracker_logdraft (change_id, view, type, subject)
SELECT change.id, renamed.view, 'entry.redacted', renamed.subject FROM change, renamed
"""


class Migration(migrations.Migration):
    dependencies = [("tracker", "0019_reports_of_other_kinds_are_found_by_kind")]

    operations = [
        migrations.AddField(model_name="term", name="number", field=models.PositiveIntegerField(default=1)),
        migrations.RunSQL(NUMBER, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.UniqueConstraint(
                fields=("ref", "number"), name="term_ref_with_its_number_is_unique"
            ),
        ),
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
    ]
