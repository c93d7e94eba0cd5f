from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion

import tracker.models.columns


class Migration(migrations.Migration):
    dependencies = [("tracker", "0004_webhooks")]

    operations = [
        migrations.AddField(
            model_name="logdraft",
            name="version",
            field=models.SmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="loghead",
            name="kept_after",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="loghead",
            name="purges",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="logpayload",
            name="version",
            field=models.SmallIntegerField(db_default=1, default=1, help_text="Of the payload's shape."),
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    tracker.models.columns.ReferenceField(
                        editable=False, max_length=20, prefix="snp", unique=True
                    ),
                ),
                ("position", models.BigIntegerField()),
                ("known", models.DateTimeField(blank=True, null=True)),
                ("purges", models.BigIntegerField(default=0)),
                ("made", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("building", "Building"),
                            ("published", "Published"),
                            ("purged", "Purged"),
                            ("replaced", "Replaced"),
                        ],
                        default="building",
                        max_length=10,
                    ),
                ),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("entries", models.BigIntegerField(blank=True, null=True)),
                ("size", models.BigIntegerField(blank=True, null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["building", "published", "purged", "replaced"])),
                        name="snapshot_state_is_a_known_code",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "building")),
                        fields=("state",),
                        name="snapshot_is_built_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            models.Q(
                                ("entries__isnull", False),
                                ("size__isnull", False),
                                models.Q(("sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="snapshot_published_says_what_it_holds",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    tracker.models.columns.ReferenceField(
                        editable=False, max_length=20, prefix="exp", unique=True
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[("violations", "Violations"), ("feed", "Feed")],
                        max_length=12,
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("ndjson", "Ndjson"),
                            ("csv", "Csv"),
                            ("geojson", "Geojson"),
                            ("parquet", "Parquet"),
                        ],
                        max_length=8,
                    ),
                ),
                ("view", models.CharField(choices=[("public", "Public"), ("full", "Full")], max_length=6)),
                ("filters", models.JSONField(default=dict)),
                (
                    "address",
                    models.CharField(
                        help_text="The service's own, for the links in the file.", max_length=200
                    ),
                ),
                ("known", models.DateTimeField()),
                ("position", models.BigIntegerField()),
                ("created", models.DateTimeField()),
                ("expires", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("building", "Building"),
                            ("finished", "Finished"),
                            ("failed", "Failed"),
                            ("invalidated", "Invalidated"),
                            ("expired", "Expired"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("done", models.BigIntegerField(default=0)),
                ("rows", models.BigIntegerField(blank=True, null=True)),
                ("size", models.BigIntegerField(blank=True, null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("finished", models.DateTimeField(blank=True, null=True)),
                (
                    "key",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="tracker.apikey",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "building"])),
                        fields=["id"],
                        name="export_to_build",
                    ),
                    models.Index(
                        condition=models.Q(("state", "finished")), fields=["expires"], name="export_to_expire"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("subject__in", ["violations", "feed"])),
                        name="export_subject_is_a_known_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("format__in", ["ndjson", "csv", "geojson", "parquet"])),
                        name="export_format_is_a_known_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("view__in", ["public", "full"])),
                        name="export_view_is_a_known_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["waiting", "building", "finished", "failed", "invalidated", "expired"],
                            )
                        ),
                        name="export_state_is_a_known_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key__isnull", False), ("person__isnull", True)),
                            models.Q(("key__isnull", True), ("person__isnull", False)),
                            _connector="OR",
                        ),
                        name="export_has_one_requester",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "finished"), _negated=True),
                            models.Q(
                                ("finished__isnull", False),
                                ("rows__isnull", False),
                                ("size__isnull", False),
                                models.Q(("sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="export_finished_says_what_it_holds",
                    ),
                ],
            },
        ),
    ]
