import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


REFERENCES = """
UPDATE tracker_standing AS standing SET reference = incident.reference
FROM tracker_incident AS incident WHERE incident.id = standing.incident_id
"""

COUNTS = """
INSERT INTO tracker_standingcount AS kept (
        truce_id, view, reading, term_id, span, bucket, known_day, first_known, last_known,
        counting, restarts, outside, not_settled, earliest
    )

    SELECT truce_id, view, reading, term_id, span,
        date_trunc(span, occurred_to - interval '1 microsecond', 'UTC') + ('1 ' || span)::interval
            AS bucket,
        date_trunc('day', at, 'UTC') AS known_day, min(at) AS first_known, max(at) AS last_known,
        coalesce(sum(sign) FILTER (WHERE counts AND occurred_to IS NOT NULL), 0) AS counting, coalesce(sum(sign) FILTER (WHERE counts AND restarts_at IS NOT NULL), 0) AS restarts, coalesce(sum(sign) FILTER (WHERE reading = 'alleged' AND coverage = 'outside' AND occurred_to IS NOT NULL), 0) AS outside, coalesce(sum(sign) FILTER (WHERE reading = 'alleged' AND coverage = 'not_settled' AND counts AND occurred_to IS NOT NULL), 0) AS not_settled, min(restarts_at_best) FILTER (WHERE counts) AS earliest
    FROM (
    SELECT 1 AS sign, known AS at, * FROM tracker_standing WHERE superseded IS NULL
    UNION ALL
    SELECT -1, until, * FROM tracker_standing WHERE superseded IS NULL AND until IS NOT NULL
) AS event CROSS JOIN unnest(ARRAY['hour', 'day']) AS span
    WHERE (counts AND occurred_to IS NOT NULL) OR (counts AND restarts_at IS NOT NULL) OR (reading = 'alleged' AND coverage = 'outside' AND occurred_to IS NOT NULL) OR (reading = 'alleged' AND coverage = 'not_settled' AND counts AND occurred_to IS NOT NULL)
    GROUP BY truce_id, view, reading, term_id, span, bucket, known_day

    ORDER BY truce_id, view, reading, term_id, span, bucket, known_day
    ON CONFLICT (truce_id, view, reading, term_id, span, bucket, known_day) DO UPDATE SET
        first_known = least(kept.first_known, EXCLUDED.first_known),
        last_known = greatest(kept.last_known, EXCLUDED.last_known),
        earliest = least(kept.earliest, EXCLUDED.earliest),
        counting = kept.counting + EXCLUDED.counting, restarts = kept.restarts + EXCLUDED.restarts, outside = kept.outside + EXCLUDED.outside, not_settled = kept.not_settled + EXCLUDED.not_settled;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0002_first_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="StandingCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("view", models.CharField(choices=[("public", "Public"), ("full", "Full")], max_length=6)),
                (
                    "reading",
                    models.CharField(
                        choices=[
                            ("alleged", "Alleged"),
                            ("corroborated", "Corroborated"),
                            ("ruled", "Ruled"),
                        ],
                        max_length=12,
                    ),
                ),
                ("span", models.CharField(choices=[("hour", "hour"), ("day", "day")], max_length=4)),
                ("bucket", models.DateTimeField()),
                ("known_day", models.DateTimeField()),
                ("first_known", models.DateTimeField()),
                ("last_known", models.DateTimeField()),
                ("counting", models.IntegerField()),
                ("restarts", models.IntegerField()),
                ("outside", models.IntegerField()),
                ("not_settled", models.IntegerField()),
                ("earliest", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="standing",
            name="never_altered",
        ),
        migrations.RemoveIndex(
            model_name="standing",
            name="standing_by_restart",
        ),
        migrations.RemoveIndex(
            model_name="standing",
            name="standing_by_restart_at_best",
        ),
        migrations.RemoveIndex(
            model_name="standing",
            name="standing_by_occurrence",
        ),
        migrations.RemoveIndex(
            model_name="standing",
            name="standing_unplaced",
        ),
        migrations.RemoveIndex(
            model_name="standing",
            name="standing_not_counted",
        ),
        migrations.AddField(
            model_name="standing",
            name="reference",
            field=models.CharField(db_collation="C", default="", max_length=20),
            preserve_default=False,
        ),
        migrations.RunSQL(REFERENCES, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="standing",
            name="supersedes",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="tracker.standing",
            ),
        ),
        migrations.AlterField(
            model_name="standing",
            name="term",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="tracker.term"
            ),
        ),
        migrations.AlterField(
            model_name="standing",
            name="truce",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="tracker.truce"
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(
                    ("counts", True), ("superseded__isnull", True), ("restarts_at__isnull", False)
                ),
                fields=["truce", "view", "reading", "term", "-restarts_at", "reference"],
                include=("restarts_at_best", "known", "until", "id"),
                name="standing_by_restart",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(
                    ("counts", True), ("superseded__isnull", True), ("restarts_at__isnull", False)
                ),
                fields=["truce", "view", "reading", "term", "-restarts_at_best", "reference"],
                include=("restarts_at", "known", "until", "id"),
                name="standing_by_restart_at_best",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("counts", True), ("superseded__isnull", True)),
                fields=["truce", "view", "reading", "term", "-occurred_to", "reference"],
                include=("known", "until", "id"),
                name="standing_by_occurrence",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(
                    ("counts", True),
                    ("superseded__isnull", True),
                    models.Q(("ruled", "violation"), ("accepted", True), _connector="OR"),
                ),
                fields=["truce", "view", "reading", "term", "-occurred_to", "reference"],
                include=("known", "until", "id"),
                name="standing_of_breaches",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("counts", True), ("superseded__isnull", True), ("unplaced", True)),
                fields=["truce", "view", "reading", "term", "-occurred_to", "reference"],
                include=("occurred_from", "known", "until", "id"),
                name="standing_unplaced",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("superseded__isnull", True), ("until__isnull", False)),
                fields=["truce", "view", "until"],
                name="standing_by_until",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="standing",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."incident_id" IS DISTINCT FROM (NEW."incident_id") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."truce_id" IS DISTINCT FROM (NEW."truce_id") OR OLD."term_id" IS DISTINCT FROM (NEW."term_id") OR OLD."reading" IS DISTINCT FROM (NEW."reading") OR OLD."view" IS DISTINCT FROM (NEW."view") OR OLD."known" IS DISTINCT FROM (NEW."known") OR OLD."supersedes_id" IS DISTINCT FROM (NEW."supersedes_id") OR OLD."counts" IS DISTINCT FROM (NEW."counts") OR OLD."coverage" IS DISTINCT FROM (NEW."coverage") OR OLD."occurred_from" IS DISTINCT FROM (NEW."occurred_from") OR OLD."occurred_to" IS DISTINCT FROM (NEW."occurred_to") OR OLD."restarts_at" IS DISTINCT FROM (NEW."restarts_at") OR OLD."restarts_at_best" IS DISTINCT FROM (NEW."restarts_at_best") OR OLD."unplaced" IS DISTINCT FROM (NEW."unplaced") OR OLD."grade" IS DISTINCT FROM (NEW."grade") OR OLD."severity" IS DISTINCT FROM (NEW."severity") OR OLD."ruled" IS DISTINCT FROM (NEW."ruled") OR OLD."accepted" IS DISTINCT FROM (NEW."accepted") OR OLD."alleged" IS DISTINCT FROM (NEW."alleged") OR OLD."why" IS DISTINCT FROM (NEW."why") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence") OR OLD."details" IS DISTINCT FROM (NEW."details"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="1154bd4e40ee8dda41f60d24c2c9d92c268dc60f",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_bdc1d",
                    table="tracker_standing",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="standing",
            trigger=pgtrigger.compiler.Trigger(
                name="counted_when_inserted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        INSERT INTO tracker_standingcount AS kept (\n            truce_id, view, reading, term_id, span, bucket, known_day, first_known, last_known,\n            counting, restarts, outside, not_settled, earliest\n        )\n        \n        SELECT truce_id, view, reading, term_id, span,\n            date_trunc(span, occurred_to - interval '1 microsecond', 'UTC') + ('1 ' || span)::interval\n                AS bucket,\n            date_trunc('day', at, 'UTC') AS known_day, min(at) AS first_known, max(at) AS last_known,\n            coalesce(sum(sign) FILTER (WHERE counts AND occurred_to IS NOT NULL), 0) AS counting, coalesce(sum(sign) FILTER (WHERE counts AND restarts_at IS NOT NULL), 0) AS restarts, coalesce(sum(sign) FILTER (WHERE reading = 'alleged' AND coverage = 'outside' AND occurred_to IS NOT NULL), 0) AS outside, coalesce(sum(sign) FILTER (WHERE reading = 'alleged' AND coverage = 'not_settled' AND counts AND occurred_to IS NOT NULL), 0) AS not_settled, min(restarts_at_best) FILTER (WHERE counts) AS earliest\n        FROM (\n        SELECT 1 AS sign, known AS at, * FROM fresh WHERE superseded IS NULL\n        UNION ALL\n        SELECT -1, until, * FROM fresh WHERE superseded IS NULL AND until IS NOT NULL\n    ) AS event CROSS JOIN unnest(ARRAY['hour', 'day']) AS span\n        WHERE (counts AND occurred_to IS NOT NULL) OR (counts AND restarts_at IS NOT NULL) OR (reading = 'alleged' AND coverage = 'outside' AND occurred_to IS NOT NULL) OR (reading = 'alleged' AND coverage = 'not_settled' AND counts AND occurred_to IS NOT NULL)\n        GROUP BY truce_id, view, reading, term_id, span, bucket, known_day\n    \n        ORDER BY truce_id, view, reading, term_id, span, bucket, known_day\n        ON CONFLICT (truce_id, view, reading, term_id, span, bucket, known_day) DO UPDATE SET\n            first_known = least(kept.first_known, EXCLUDED.first_known),\n            last_known = greatest(kept.last_known, EXCLUDED.last_known),\n            earliest = least(kept.earliest, EXCLUDED.earliest),\n            counting = kept.counting + EXCLUDED.counting, restarts = kept.restarts + EXCLUDED.restarts, outside = kept.outside + EXCLUDED.outside, not_settled = kept.not_settled + EXCLUDED.not_settled;\n     RETURN NULL;",
                    hash="fb21206623e288598ac5fc0a2e21a5faf9972e8b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_counted_when_inserted_1622c",
                    referencing="REFERENCING NEW TABLE AS fresh ",
                    table="tracker_standing",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="standing",
            trigger=pgtrigger.compiler.Trigger(
                name="counted_when_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        INSERT INTO tracker_standingcount AS kept (\n            truce_id, view, reading, term_id, span, bucket, known_day, first_known, last_known,\n            counting, restarts, outside, not_settled, earliest\n        )\n        \n        SELECT truce_id, view, reading, term_id, span,\n            date_trunc(span, occurred_to - interval '1 microsecond', 'UTC') + ('1 ' || span)::interval\n                AS bucket,\n            date_trunc('day', at, 'UTC') AS known_day, min(at) AS first_known, max(at) AS last_known,\n            coalesce(sum(sign) FILTER (WHERE counts AND occurred_to IS NOT NULL), 0) AS counting, coalesce(sum(sign) FILTER (WHERE counts AND restarts_at IS NOT NULL), 0) AS restarts, coalesce(sum(sign) FILTER (WHERE reading = 'alleged' AND coverage = 'outside' AND occurred_to IS NOT NULL), 0) AS outside, coalesce(sum(sign) FILTER (WHERE reading = 'alleged' AND coverage = 'not_settled' AND counts AND occurred_to IS NOT NULL), 0) AS not_settled, min(restarts_at_best) FILTER (WHERE counts) AS earliest\n        FROM (\n        SELECT 1 AS sign, known AS at, * FROM fresh WHERE superseded IS NULL\n        UNION ALL\n        SELECT -1, until, * FROM fresh WHERE superseded IS NULL AND until IS NOT NULL\n     UNION ALL \n        SELECT -1 AS sign, known AS at, * FROM former WHERE superseded IS NULL\n        UNION ALL\n        SELECT 1, until, * FROM former WHERE superseded IS NULL AND until IS NOT NULL\n    ) AS event CROSS JOIN unnest(ARRAY['hour', 'day']) AS span\n        WHERE (counts AND occurred_to IS NOT NULL) OR (counts AND restarts_at IS NOT NULL) OR (reading = 'alleged' AND coverage = 'outside' AND occurred_to IS NOT NULL) OR (reading = 'alleged' AND coverage = 'not_settled' AND counts AND occurred_to IS NOT NULL)\n        GROUP BY truce_id, view, reading, term_id, span, bucket, known_day\n    \n        ORDER BY truce_id, view, reading, term_id, span, bucket, known_day\n        ON CONFLICT (truce_id, view, reading, term_id, span, bucket, known_day) DO UPDATE SET\n            first_known = least(kept.first_known, EXCLUDED.first_known),\n            last_known = greatest(kept.last_known, EXCLUDED.last_known),\n            earliest = least(kept.earliest, EXCLUDED.earliest),\n            counting = kept.counting + EXCLUDED.counting, restarts = kept.restarts + EXCLUDED.restarts, outside = kept.outside + EXCLUDED.outside, not_settled = kept.not_settled + EXCLUDED.not_settled;\n     RETURN NULL;",
                    hash="7165f04be35082fccf6597714ae9fda56c32a92e",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_counted_when_changed_b874f",
                    referencing="REFERENCING OLD TABLE AS former  NEW TABLE AS fresh ",
                    table="tracker_standing",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="standingcount",
            name="term",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="tracker.term"
            ),
        ),
        migrations.AddField(
            model_name="standingcount",
            name="truce",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="tracker.truce"
            ),
        ),
        migrations.AddConstraint(
            model_name="standingcount",
            constraint=models.CheckConstraint(
                condition=models.Q(("view__in", ["public", "full"])),
                name="standingcount_view_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingcount",
            constraint=models.CheckConstraint(
                condition=models.Q(("reading__in", ["alleged", "corroborated", "ruled"])),
                name="standingcount_reading_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingcount",
            constraint=models.UniqueConstraint(
                fields=("truce", "view", "reading", "term", "span", "bucket", "known_day"),
                name="standing_count_is_kept_once",
            ),
        ),
        migrations.RunSQL(COUNTS, migrations.RunSQL.noop),
    ]
