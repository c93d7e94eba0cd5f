import django.contrib.postgres.fields
import django.db.models.deletion
import tracker.models.columns
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0003_standings_are_counted"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookDelivery",
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
                        editable=False, max_length=20, prefix="dlv", unique=True
                    ),
                ),
                ("message_id", models.CharField(max_length=80)),
                ("type", models.CharField(max_length=30)),
                ("position", models.BigIntegerField(blank=True, null=True)),
                ("attempt", models.IntegerField()),
                ("tried", models.DateTimeField()),
                ("milliseconds", models.IntegerField()),
                ("status", models.IntegerField(blank=True, null=True)),
                ("problem", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "verbose_name_plural": "webhook deliveries",
            },
        ),
        migrations.CreateModel(
            name="WebhookEndpoint",
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
                        editable=False, max_length=20, prefix="whk", unique=True
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200)),
                ("url", models.CharField(max_length=2000)),
                ("origin", models.CharField(max_length=300)),
                (
                    "view",
                    models.CharField(
                        choices=[("public", "Public"), ("full", "Full")], default="public", max_length=6
                    ),
                ),
                (
                    "types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("report.received", "Report Received"),
                                ("incident.opened", "Incident Opened"),
                                ("incident.updated", "Incident Updated"),
                                ("incident.merged", "Incident Merged"),
                                ("allegation.opened", "Allegation Opened"),
                                ("allegation.updated", "Allegation Updated"),
                                ("allegation.withdrawn", "Allegation Withdrawn"),
                                ("finding.issued", "Finding Issued"),
                                ("finding.superseded", "Finding Superseded"),
                                ("term.changed", "Term Changed"),
                                ("truce.changed", "Truce Changed"),
                                ("extension.offered", "Extension Offered"),
                                ("extension.announced", "Extension Announced"),
                                ("extension.declined", "Extension Declined"),
                                ("extension.lapsed", "Extension Lapsed"),
                                ("extension.withdrawn", "Extension Withdrawn"),
                                ("entry.redacted", "Entry Redacted"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("position", models.BigIntegerField()),
                ("salt", models.BinaryField(max_length=32)),
                ("previous_salt", models.BinaryField(blank=True, max_length=32, null=True)),
                ("previous_until", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "Active"), ("disabled", "Disabled")],
                        default="active",
                        max_length=10,
                    ),
                ),
                (
                    "because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("asked", "Asked"),
                            ("gone", "Gone"),
                            ("failing", "Failing"),
                            ("not_entitled", "Not Entitled"),
                            ("behind", "Behind"),
                        ],
                        max_length=20,
                        null=True,
                    ),
                ),
                ("disabled", models.DateTimeField(blank=True, null=True)),
                ("owner_told", models.DateTimeField(blank=True, null=True)),
                ("failures", models.IntegerField(default=0)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("rests_until", models.DateTimeField(blank=True, null=True)),
                ("last_delivered", models.DateTimeField(blank=True, null=True)),
                ("lease", models.UUIDField(blank=True, null=True)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("created", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="WebhookMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.CharField(max_length=80)),
                ("position", models.BigIntegerField(blank=True, null=True)),
                ("attempts", models.IntegerField(default=0)),
                ("due", models.DateTimeField()),
                ("given_up", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="apikey",
            name="api_key_scopes_are_known_codes",
        ),
        migrations.AlterField(
            model_name="apikey",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("violations:read", "Violations Read"),
                        ("reports:write", "Reports Write"),
                        ("reports:publish", "Reports Publish"),
                        ("restricted:read", "Restricted Read"),
                        ("webhooks:manage", "Webhooks Manage"),
                    ],
                    max_length=40,
                ),
                size=None,
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "scopes__contained_by",
                        [
                            "violations:read",
                            "reports:write",
                            "reports:publish",
                            "restricted:read",
                            "webhooks:manage",
                        ],
                    )
                ),
                name="api_key_scopes_are_known_codes",
            ),
        ),
        migrations.AddField(
            model_name="webhookendpoint",
            name="key",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.apikey"
            ),
        ),
        migrations.AddField(
            model_name="webhookendpoint",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="webhookendpoint",
            name="truce",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.truce"
            ),
        ),
        migrations.AddField(
            model_name="webhookdelivery",
            name="endpoint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="tracker.webhookendpoint",
            ),
        ),
        migrations.AddField(
            model_name="webhookmessage",
            name="endpoint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="tracker.webhookendpoint",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("view__in", ["public", "full"])),
                name="webhookendpoint_view_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["active", "disabled"])),
                name="webhookendpoint_state_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("because__in", ["asked", "gone", "failing", "not_entitled", "behind"]),
                    ("because__isnull", True),
                    _connector="OR",
                ),
                name="webhookendpoint_because_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "types__contained_by",
                        [
                            "report.received",
                            "incident.opened",
                            "incident.updated",
                            "incident.merged",
                            "allegation.opened",
                            "allegation.updated",
                            "allegation.withdrawn",
                            "finding.issued",
                            "finding.superseded",
                            "term.changed",
                            "truce.changed",
                            "extension.offered",
                            "extension.announced",
                            "extension.declined",
                            "extension.lapsed",
                            "extension.withdrawn",
                            "entry.redacted",
                        ],
                    )
                ),
                name="webhook_types_are_known_codes",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("key__isnull", True), ("person__isnull", False)),
                    models.Q(("key__isnull", False), ("person__isnull", True)),
                    _connector="OR",
                ),
                name="webhook_belongs_to_a_key_or_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("because__isnull", True), ("disabled__isnull", True), ("state", "active")),
                    models.Q(("because__isnull", False), ("disabled__isnull", False), ("state", "disabled")),
                    _connector="OR",
                ),
                name="webhook_says_why_it_is_disabled",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["endpoint", "-id"], name="webhook_delivery_latest"),
        ),
        migrations.AddIndex(
            model_name="webhookmessage",
            index=models.Index(
                condition=models.Q(("given_up__isnull", True)),
                fields=["endpoint", "due"],
                name="webhook_message_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookmessage",
            constraint=models.UniqueConstraint(
                fields=("endpoint", "message_id"), name="webhook_message_is_owed_once"
            ),
        ),
    ]
