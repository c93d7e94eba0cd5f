import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import tracker.models.area
import tracker.models.columns
import tracker.models.truce
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models

from tracker.migrations._partitioned import CreatePartitionedModel


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        CreatePartitionedModel(
            by="id",
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("verb", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=80)),
                ("actor", models.CharField(max_length=200)),
                ("before", models.JSONField(blank=True, null=True)),
                ("after", models.JSONField(blank=True, null=True)),
                ("recorded", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "audit entries",
            },
        ),
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry_id", models.BigIntegerField(unique=True)),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Casualty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("group", models.CharField(max_length=40)),
                ("effect", models.CharField(max_length=20)),
                ("minimum", models.PositiveIntegerField(blank=True, null=True)),
                ("maximum", models.PositiveIntegerField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "casualties",
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made", models.DateTimeField()),
                ("worker", models.CharField(blank=True, max_length=60)),
                ("request_id", models.CharField(blank=True, max_length=64)),
                ("reassesses", models.BooleanField(default=True)),
                ("historical", models.BooleanField(default=False)),
                ("known_given", models.DateTimeField(blank=True, null=True)),
                ("known_basis", models.CharField(blank=True, max_length=120)),
                ("known", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ChangeTruce",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("occurred_from", models.DateTimeField(blank=True, null=True)),
                ("occurred_to", models.DateTimeField(blank=True, null=True)),
                (
                    "occurred_precision",
                    models.CharField(
                        choices=[
                            ("exact", "exact"),
                            ("hour", "hour"),
                            ("day", "day"),
                            ("days", "a few days"),
                            ("week", "week"),
                            ("month", "month"),
                            ("year", "year"),
                            ("unknown", "not known"),
                        ],
                        max_length=8,
                    ),
                ),
                ("place_name", models.CharField(blank=True, max_length=300)),
                ("place_country", models.CharField(blank=True, max_length=3)),
                ("place_pcode", models.CharField(blank=True, max_length=40)),
                ("place_lat", models.FloatField(blank=True, null=True)),
                ("place_lon", models.FloatField(blank=True, null=True)),
                (
                    "place_precision",
                    models.PositiveSmallIntegerField(blank=True, help_text="UCDP where_prec 1–7.", null=True),
                ),
                (
                    "place_within",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        default=list,
                        help_text="Codes of the areas that surely hold it.",
                        size=None,
                    ),
                ),
                (
                    "place_straddles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        default=list,
                        help_text="Codes of the areas that it may lie in or not.",
                        size=None,
                    ),
                ),
                ("act", models.CharField(blank=True, max_length=40)),
                ("weapon", models.CharField(blank=True, max_length=40)),
                ("harmed", models.CharField(blank=True, max_length=20)),
                (
                    "stance_event",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("asserts", "asserts"),
                            ("admits", "admits"),
                            ("claims_credit", "claims credit"),
                            ("corroborates", "corroborates"),
                            ("denies", "denies"),
                            ("cannot_say", "cannot say"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "stance_actor",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("asserts", "asserts"),
                            ("admits", "admits"),
                            ("claims_credit", "claims credit"),
                            ("corroborates", "corroborates"),
                            ("denies", "denies"),
                            ("cannot_say", "cannot say"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "intent",
                    models.CharField(
                        choices=[
                            ("asserted", "said to be intended"),
                            ("denied", "intent denied"),
                            ("not_stated", "not stated"),
                        ],
                        default="not_stated",
                        max_length=12,
                    ),
                ),
                ("accepts_breach", models.BooleanField(default=False)),
                ("justification", models.TextField(blank=True)),
                ("counting_unit", models.CharField(blank=True, max_length=40)),
                ("means_of_observation", models.CharField(blank=True, max_length=10)),
                (
                    "credibility",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Admiralty 1–6; 6 cannot be judged.", null=True
                    ),
                ),
                (
                    "quotes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), default=list, size=None
                    ),
                ),
                (
                    "original",
                    models.CharField(
                        blank=True, help_text="The footage, wire or text that it rests on.", max_length=300
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Convoy",
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
                        editable=False, max_length=20, prefix="con", unique=True
                    ),
                ),
                ("slug", models.SlugField(max_length=80)),
                ("name", models.JSONField(help_text="By language code.")),
                ("goods", models.JSONField(default=dict, help_text="By language code.")),
                ("unit", models.CharField(default="trucks", max_length=40)),
                ("planned", models.PositiveIntegerField(blank=True, null=True)),
                ("place_name", models.CharField(blank=True, help_text="Where it is to go.", max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="Declaration",
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
                        editable=False, max_length=20, prefix="dec", unique=True
                    ),
                ),
                ("about", models.CharField(max_length=40)),
                (
                    "by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), size=None
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="DueIncident",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DuePublication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due", models.DateTimeField(db_index=True)),
            ],
            options={
                "verbose_name_plural": "due publications",
            },
        ),
        migrations.CreateModel(
            name="Extension",
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
                        editable=False, max_length=20, prefix="ext", unique=True
                    ),
                ),
                ("offer", models.CharField(db_index=True, max_length=20)),
                (
                    "by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), size=None
                    ),
                ),
                ("length", models.DurationField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "offered"),
                            ("announced", "announced"),
                            ("declined", "declined"),
                            ("lapsed", "lapsed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("expires", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("process", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("beat", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Incident",
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
                        editable=False, max_length=20, prefix="inc", unique=True
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncidentLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="IncidentMerge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="LogDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("view", models.CharField(choices=[("public", "Public"), ("full", "Full")], max_length=6)),
                (
                    "type",
                    models.CharField(
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
                ),
                ("subject", models.CharField(max_length=80)),
                (
                    "payload",
                    models.TextField(blank=True, help_text="The JSON as it will be sent.", null=True),
                ),
            ],
        ),
        CreatePartitionedModel(
            by="position",
            name="LogEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "view", "position", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("view", models.CharField(choices=[("public", "Public"), ("full", "Full")], max_length=6)),
                ("position", models.BigIntegerField()),
                (
                    "type",
                    models.CharField(
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
                ),
                ("subject", models.CharField(max_length=80)),
                ("change_id", models.BigIntegerField()),
                ("known", models.DateTimeField()),
                ("digest", models.CharField(blank=True, max_length=64, null=True)),
            ],
            options={
                "verbose_name_plural": "log entries",
            },
        ),
        migrations.CreateModel(
            name="LogHead",
            fields=[
                (
                    "view",
                    models.CharField(
                        choices=[("public", "Public"), ("full", "Full")],
                        max_length=6,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("position", models.BigIntegerField(default=0)),
                ("known", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="LogPayload",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "view", "position", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("view", models.CharField(choices=[("public", "Public"), ("full", "Full")], max_length=6)),
                ("position", models.BigIntegerField()),
                ("salt", models.BinaryField(max_length=16)),
                (
                    "payload",
                    models.TextField(
                        help_text="The JSON as it is sent, so that a page is read and not serialised again."
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("viewer", "viewer"),
                            ("reporter", "reporter"),
                            ("analyst", "analyst"),
                            ("reviewer", "reviewer"),
                            ("coordinator", "coordinator"),
                            ("administrator", "administrator"),
                        ],
                        max_length=20,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ObservationWindow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("area", models.CharField(max_length=20)),
                ("start", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("access", models.CharField(default="full", max_length=20)),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("public", "Public"),
                            ("partners", "Partners"),
                            ("restricted", "Restricted"),
                        ],
                        default="restricted",
                        max_length=12,
                    ),
                ),
                ("public_from", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(unique=True)),
                ("name", models.JSONField(help_text="The name by language code.")),
            ],
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("guarantor", "Guarantor"),
                            ("party", "Party"),
                            ("mediator", "Mediator"),
                            ("monitor", "Monitor"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "coverage",
                    models.CharField(
                        choices=[
                            ("bound", "Bound"),
                            ("not_accepted", "Not Accepted"),
                            ("excluded", "Excluded"),
                            ("assumed", "Assumed"),
                        ],
                        max_length=14,
                    ),
                ),
                ("start", models.DateTimeField(blank=True, null=True)),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "basis",
                    models.CharField(
                        choices=[("agreement", "Agreement"), ("tracker", "Tracker")], max_length=10
                    ),
                ),
                ("source", models.TextField(blank=True)),
                ("order", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "parties",
                "ordering": ["order", "id"],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public", models.BooleanField()),
                ("reason", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Report",
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
                        editable=False, max_length=20, prefix="rep", unique=True
                    ),
                ),
                ("external_id", models.CharField(max_length=300)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("incident", "incident"),
                            ("access", "humanitarian access"),
                            ("tally", "tally"),
                            ("statement", "statement"),
                        ],
                        max_length=10,
                    ),
                ),
                ("retracts", models.BooleanField(default=False)),
                ("published", models.DateTimeField(blank=True, null=True)),
                ("received", models.DateTimeField()),
                ("language", models.CharField(blank=True, max_length=35)),
                ("url", models.URLField(blank=True, max_length=2000)),
                ("archive", models.URLField(blank=True, max_length=2000)),
                ("summary", models.TextField(blank=True)),
                ("quotation", models.TextField(blank=True)),
                (
                    "relayed_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), default=list, size=None
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("public", "Public"),
                            ("partners", "Partners"),
                            ("restricted", "Restricted"),
                        ],
                        max_length=12,
                    ),
                ),
                ("public_from", models.DateTimeField(blank=True, null=True)),
                (
                    "consent",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("public", "may be published"),
                            ("partners", "partners only"),
                            ("accountability", "accountability only"),
                        ],
                        max_length=16,
                        null=True,
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("body", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="ReportTruce",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ruling",
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
                        editable=False, max_length=20, prefix="rul", unique=True
                    ),
                ),
                ("body", models.CharField(max_length=80)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("violation", "violation"),
                            ("no_violation", "no violation"),
                            ("outside_truce", "outside the truce"),
                            ("insufficient_evidence", "insufficient evidence"),
                            ("suspended", "suspended"),
                            ("under_inquiry", "under inquiry"),
                        ],
                        max_length=24,
                    ),
                ),
                ("severity", models.CharField(blank=True, max_length=20)),
                ("reason", models.TextField()),
                ("occurred_from", models.DateTimeField(blank=True, null=True)),
                ("occurred_to", models.DateTimeField(blank=True, null=True)),
                ("assessed_by", models.CharField(max_length=200)),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("not_asked", "not asked"),
                            ("asked", "asked, no answer yet"),
                            ("answered", "answered"),
                            ("no_answer", "no answer"),
                        ],
                        default="not_asked",
                        max_length=12,
                    ),
                ),
                ("answer_text", models.TextField(blank=True)),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("public", "Public"),
                            ("partners", "Partners"),
                            ("restricted", "Restricted"),
                        ],
                        default="public",
                        max_length=12,
                    ),
                ),
                ("public_from", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="RulingReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reviewed_by", models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("screened_in", "screened in"), ("set_aside", "set aside")], max_length=12
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("automatic", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="SignInLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("expires", models.DateTimeField()),
                ("used", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("party", "Party"),
                            ("state_media", "State Media"),
                            ("monitor", "Monitor"),
                            ("un", "Un"),
                            ("press", "Press"),
                            ("social", "Social"),
                            ("own_field_staff", "Own Field Staff"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.JSONField(help_text="The name by language code.")),
                (
                    "reliability",
                    models.CharField(
                        blank=True,
                        choices=[("A", "A"), ("B", "B"), ("C", "C"), ("D", "D"), ("E", "E"), ("F", "F")],
                        max_length=1,
                        null=True,
                    ),
                ),
                ("protected", models.BooleanField(default=False)),
                ("trusted", models.BooleanField(default=False)),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("public", "Public"),
                            ("partners", "Partners"),
                            ("restricted", "Restricted"),
                        ],
                        default="public",
                        max_length=12,
                    ),
                ),
                ("public_from", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                ("view", models.CharField(choices=[("public", "Public"), ("full", "Full")], max_length=6)),
                ("known", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("superseded", models.DateTimeField(blank=True, null=True)),
                ("counts", models.BooleanField()),
                ("coverage", models.CharField(max_length=12)),
                ("occurred_from", models.DateTimeField(blank=True, null=True)),
                ("occurred_to", models.DateTimeField(blank=True, null=True)),
                ("restarts_at", models.DateTimeField(blank=True, null=True)),
                ("restarts_at_best", models.DateTimeField(blank=True, null=True)),
                ("unplaced", models.BooleanField(default=False)),
                ("grade", models.CharField(max_length=12)),
                ("severity", models.CharField(blank=True, max_length=20)),
                ("ruled", models.CharField(blank=True, max_length=24)),
                ("accepted", models.BooleanField(default=False)),
                (
                    "alleged",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                ("why", models.JSONField(help_text="The message code and values of why it counts or not.")),
                ("evidence", models.JSONField(help_text="References of the smallest set that decides it.")),
                (
                    "details",
                    models.JSONField(
                        help_text="The part that is read and not searched: compliance's Details."
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("about", models.CharField(max_length=40)),
                ("details", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "tallies",
            },
        ),
        migrations.CreateModel(
            name="TallyCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=60)),
                ("number", models.PositiveIntegerField()),
                ("spans", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ref", models.SlugField(max_length=80)),
                ("kind", models.CharField(max_length=40)),
                ("title", models.JSONField(help_text="By language code.")),
                ("article", models.CharField(blank=True, max_length=200)),
                (
                    "wording",
                    models.JSONField(default=dict, help_text="In the tracker's own words, by language code."),
                ),
                (
                    "owed_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                ("requires", models.JSONField(blank=True, null=True)),
                ("parameters", models.JSONField(default=dict)),
                (
                    "breaches_of",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "basis",
                    models.CharField(
                        choices=[("agreement", "Agreement"), ("tracker", "Tracker")], max_length=10
                    ),
                ),
                ("source", models.TextField(blank=True)),
                ("order", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["order", "id"],
            },
        ),
        migrations.CreateModel(
            name="Transition",
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
                        editable=False, max_length=20, prefix="trn", unique=True
                    ),
                ),
                ("reading", models.CharField(max_length=12)),
                ("view", models.CharField(choices=[("public", "Public"), ("full", "Full")], max_length=6)),
                ("state", models.CharField(max_length=30)),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("known", models.DateTimeField()),
                ("message", models.CharField(max_length=80)),
                ("values", models.JSONField(default=dict)),
                ("evidence", models.JSONField(default=list)),
                ("superseded", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Truce",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("title", models.JSONField(help_text="By language code.")),
                ("zone", models.CharField(help_text="IANA name.", max_length=64)),
                (
                    "zone_name",
                    models.JSONField(default=dict, help_text="What readers call the zone, by language code."),
                ),
                (
                    "area",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        help_text="ISO 3166 alpha-3 codes or P-codes.",
                        size=None,
                    ),
                ),
                ("area_name", models.JSONField(default=dict, help_text="By language code.")),
                (
                    "truce_class",
                    models.CharField(
                        choices=[
                            ("cessation_of_hostilities", "Cessation Of Hostilities"),
                            ("preliminary", "Preliminary"),
                            ("definitive", "Definitive"),
                        ],
                        max_length=30,
                    ),
                ),
                ("agreed", models.DateTimeField(blank=True, null=True)),
                ("in_force_from", models.DateTimeField()),
                ("ends", models.DateTimeField(blank=True, null=True)),
                ("renewal_step", models.DurationField(blank=True, null=True)),
                ("renewal_ends_truce", models.BooleanField(default=False)),
                ("leading_body", models.CharField(max_length=80)),
                (
                    "headline_reading",
                    models.CharField(
                        choices=[
                            ("alleged", "Alleged"),
                            ("corroborated", "Corroborated"),
                            ("ruled", "Ruled"),
                        ],
                        max_length=12,
                    ),
                ),
                ("breached_at", models.PositiveIntegerField(blank=True, null=True)),
                ("quiet_for", models.DurationField(default=datetime.timedelta(days=7))),
                ("observation_required", models.BooleanField(default=False)),
                ("one_party_ends", models.BooleanField(default=False)),
                ("record_ends", models.DateTimeField(blank=True, null=True)),
                ("pax_id", models.CharField(blank=True, max_length=40)),
                ("policies", models.JSONField(default=list)),
                ("charter_version", models.PositiveIntegerField(default=1)),
                ("charter_digest", models.CharField(max_length=64)),
                ("visibility", models.CharField(default="public", max_length=12)),
                ("revision", models.BigIntegerField(default=0)),
                ("assessed_revision", models.BigIntegerField(default=0)),
                ("assessed_until", models.DateTimeField(blank=True, null=True)),
                ("rewind_to", models.DateTimeField(blank=True, null=True)),
                ("next_moment", models.DateTimeField(blank=True, null=True)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="TruceDeclarer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ["order"],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "reference",
                    tracker.models.columns.ReferenceField(
                        editable=False, max_length=20, prefix="per", unique=True
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("language", models.CharField(default="en", max_length=8, verbose_name="language")),
                ("is_active", models.BooleanField(default=True)),
                ("is_staff", models.BooleanField(default=False)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "people",
            },
        ),
        migrations.CreateModel(
            name="Actor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("state", "State"),
                            ("armed_force", "Armed Force"),
                            ("coalition", "Coalition"),
                            ("armed_group", "Armed Group"),
                            ("un_body", "Un Body"),
                            ("organisation", "Organisation"),
                            ("civilians", "Civilians"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.JSONField(help_text="The name by language code.")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "state",
                                    "armed_force",
                                    "coalition",
                                    "armed_group",
                                    "un_body",
                                    "organisation",
                                    "civilians",
                                ],
                            )
                        ),
                        name="actor_kind_is_a_known_code",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("occurred_from", models.DateTimeField(blank=True, null=True)),
                ("occurred_to", models.DateTimeField(blank=True, null=True)),
                ("planned", models.PositiveIntegerField(blank=True, null=True, verbose_name="planned")),
                ("cleared", models.PositiveIntegerField(blank=True, null=True, verbose_name="cleared to go")),
                ("waiting", models.PositiveIntegerField(blank=True, null=True, verbose_name="waiting")),
                (
                    "refused",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="refused passage"),
                ),
                ("delivered", models.PositiveIntegerField(blank=True, null=True, verbose_name="delivered")),
                ("attacked", models.PositiveIntegerField(blank=True, null=True, verbose_name="attacked")),
                ("place_name", models.CharField(blank=True, max_length=300)),
                ("credibility", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "refused_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="said_to_refuse",
                        to="tracker.actor",
                    ),
                ),
                (
                    "withheld_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="said_to_withhold",
                        to="tracker.actor",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ActorAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.JSONField(help_text="The name by language code.")),
                ("start", models.DateTimeField(blank=True, null=True)),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="tracker.actor",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "actor aliases",
            },
        ),
        migrations.CreateModel(
            name="ActorParent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.DateTimeField(blank=True, null=True)),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parents",
                        to="tracker.actor",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="tracker.actor",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApiKey",
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
                        editable=False, max_length=20, prefix="key", unique=True
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("prefix", models.CharField(max_length=16)),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("violations:read", "Violations Read"),
                                ("reports:write", "Reports Write"),
                                ("reports:publish", "Reports Publish"),
                                ("restricted:read", "Restricted Read"),
                            ],
                            max_length=40,
                        ),
                        size=None,
                    ),
                ),
                ("created", models.DateTimeField()),
                ("expires", models.DateTimeField(blank=True, null=True)),
                ("revoked", models.DateTimeField(blank=True, null=True)),
                ("last_used", models.DateTimeField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Area",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True)),
                (
                    "level",
                    models.CharField(choices=[("country", "Country"), ("adm1", "Adm1")], max_length=10),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.area"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AreaRing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ring", tracker.models.area.PolygonField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rings", to="tracker.area"
                    ),
                ),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditlink",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="90b23f281535b927a47e3ba7d17b3e3af15659f1",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_07330",
                    table="tracker_auditlink",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditlink",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="24b3f983f84e0bf5e4988ddd634560d89a90278f",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_602fd",
                    table="tracker_auditlink",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditlink",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9c8b8fb6032d62aae3b884125b168a8fc1328eaa",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_2c76a",
                    table="tracker_auditlink",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="key",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.apikey"
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="change",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="audit_entries", to="tracker.change"
            ),
        ),
        migrations.AddField(
            model_name="changetruce",
            name="change",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="truces", to="tracker.change"
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="against",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims_against",
                to="tracker.actor",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims_by",
                to="tracker.actor",
            ),
        ),
        migrations.AddField(
            model_name="casualty",
            name="claim",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="casualties", to="tracker.claim"
            ),
        ),
        migrations.AddField(
            model_name="convoy",
            name="change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.change"),
        ),
        migrations.AddField(
            model_name="accessreport",
            name="convoy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="access_reports",
                to="tracker.convoy",
            ),
        ),
        migrations.AddField(
            model_name="declaration",
            name="change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.change"),
        ),
        migrations.AddField(
            model_name="dueincident",
            name="change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.change"),
        ),
        migrations.AddField(
            model_name="extension",
            name="change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.change"),
        ),
        migrations.AddField(
            model_name="incident",
            name="change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.change"),
        ),
        migrations.AddField(
            model_name="dueincident",
            name="incident",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.incident"),
        ),
        migrations.AddField(
            model_name="incidentlink",
            name="change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.change"),
        ),
        migrations.AddField(
            model_name="incidentlink",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="links", to="tracker.incident"
            ),
        ),
        migrations.AddField(
            model_name="incidentmerge",
            name="change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.change"),
        ),
        migrations.AddField(
            model_name="incidentmerge",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merged_into", to="tracker.incident"
            ),
        ),
        migrations.AddField(
            model_name="incidentmerge",
            name="into",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merged_from", to="tracker.incident"
            ),
        ),
        migrations.AddField(
            model_name="logdraft",
            name="change",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="drafts", to="tracker.change"
            ),
        ),
        migrations.AddConstraint(
            model_name="loghead",
            constraint=models.CheckConstraint(
                condition=models.Q(("view__in", ["public", "full"])), name="loghead_view_is_a_known_code"
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="observationwindow",
            name="change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.change"),
        ),
        migrations.AddField(
            model_name="membership",
            name="organisation",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.organisation"),
        ),
        migrations.AddField(
            model_name="person",
            name="organisation",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.organisation"
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="actor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="tracker.actor"
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="answers_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answered_by",
                to="tracker.actor",
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.change"),
        ),
        migrations.AddField(
            model_name="report",
            name="change",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="tracker.change"
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="supersedes",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="superseded_by",
                to="tracker.report",
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="publications", to="tracker.report"
            ),
        ),
        migrations.AddField(
            model_name="incidentlink",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="incident_links",
                to="tracker.report",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="report",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="extensions",
                to="tracker.report",
            ),
        ),
        migrations.AddField(
            model_name="duepublication",
            name="report",
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="tracker.report"),
        ),
        migrations.AddField(
            model_name="declaration",
            name="report",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="declarations",
                to="tracker.report",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="report",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="claim", to="tracker.report"
            ),
        ),
        migrations.AddField(
            model_name="accessreport",
            name="report",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="access", to="tracker.report"
            ),
        ),
        migrations.AddField(
            model_name="reporttruce",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="report_truces", to="tracker.report"
            ),
        ),
        migrations.AddField(
            model_name="ruling",
            name="change",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rulings", to="tracker.change"
            ),
        ),
        migrations.AddField(
            model_name="ruling",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rulings", to="tracker.incident"
            ),
        ),
        migrations.AddField(
            model_name="ruling",
            name="responsible",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.actor"
            ),
        ),
        migrations.AddField(
            model_name="ruling",
            name="supersedes",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="superseded_by",
                to="tracker.ruling",
            ),
        ),
        migrations.AddField(
            model_name="rulingreview",
            name="change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.change"),
        ),
        migrations.AddField(
            model_name="rulingreview",
            name="ruling",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="review", to="tracker.ruling"
            ),
        ),
        migrations.AddField(
            model_name="screening",
            name="change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.change"),
        ),
        migrations.AddField(
            model_name="screening",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="screenings", to="tracker.report"
            ),
        ),
        migrations.AddField(
            model_name="signinlink",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="source",
            name="affiliation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="affiliated_sources",
                to="tracker.actor",
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="speaks_for",
            field=models.ManyToManyField(blank=True, related_name="voices", to="tracker.actor"),
        ),
        migrations.AddField(
            model_name="report",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="tracker.source"
            ),
        ),
        migrations.AddField(
            model_name="observationwindow",
            name="source",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.source"),
        ),
        migrations.AddField(
            model_name="apikey",
            name="sources",
            field=models.ManyToManyField(blank=True, related_name="keys", to="tracker.source"),
        ),
        migrations.AddField(
            model_name="standing",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="standings", to="tracker.incident"
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="supersedes",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.standing"
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="report",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="statement", to="tracker.report"
            ),
        ),
        migrations.AddField(
            model_name="tally",
            name="report",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="tally", to="tracker.report"
            ),
        ),
        migrations.AddField(
            model_name="tallycount",
            name="tally",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="counts", to="tracker.tally"
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="term",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.term"
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="term",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.term"),
        ),
        migrations.AddField(
            model_name="ruling",
            name="term",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rulings", to="tracker.term"
            ),
        ),
        migrations.AddField(
            model_name="declaration",
            name="term",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.term"
            ),
        ),
        migrations.AddField(
            model_name="convoy",
            name="term",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.term"
            ),
        ),
        migrations.AddField(
            model_name="transition",
            name="change",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.change"),
        ),
        migrations.AddField(
            model_name="transition",
            name="supersedes",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.transition"
            ),
        ),
        migrations.AddField(
            model_name="transition",
            name="term",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.term"
            ),
        ),
        migrations.AddField(
            model_name="truce",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="tracker.truce",
            ),
        ),
        migrations.AddField(
            model_name="transition",
            name="truce",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="transitions", to="tracker.truce"
            ),
        ),
        migrations.AddField(
            model_name="term",
            name="truce",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="terms", to="tracker.truce"
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="truce",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.truce"),
        ),
        migrations.AddField(
            model_name="reporttruce",
            name="truce",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="report_truces", to="tracker.truce"
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="truce",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.truce"
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="truce",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="parties", to="tracker.truce"
            ),
        ),
        migrations.AddField(
            model_name="observationwindow",
            name="truce",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="observation_windows",
                to="tracker.truce",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="truce",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.truce"
            ),
        ),
        migrations.AddField(
            model_name="logentry",
            name="truce",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.truce"
            ),
        ),
        migrations.AddField(
            model_name="logdraft",
            name="truce",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tracker.truce"
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="truce",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="extensions", to="tracker.truce"
            ),
        ),
        migrations.AddField(
            model_name="dueincident",
            name="truce",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.truce"),
        ),
        migrations.AddField(
            model_name="declaration",
            name="truce",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="declarations", to="tracker.truce"
            ),
        ),
        migrations.AddField(
            model_name="convoy",
            name="truce",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="convoys", to="tracker.truce"
            ),
        ),
        migrations.AddField(
            model_name="changetruce",
            name="truce",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.truce"),
        ),
        migrations.AddField(
            model_name="trucedeclarer",
            name="actor",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.actor"),
        ),
        migrations.AddField(
            model_name="trucedeclarer",
            name="truce",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="declarers", to="tracker.truce"
            ),
        ),
        migrations.AddConstraint(
            model_name="actoralias",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__gt", models.F("start")),
                    ("start__isnull", True),
                    ("until__isnull", True),
                    _connector="OR",
                ),
                name="actor_alias_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="actorparent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__gt", models.F("start")),
                    ("start__isnull", True),
                    ("until__isnull", True),
                    _connector="OR",
                ),
                name="actor_parent_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="actorparent",
            constraint=models.CheckConstraint(
                condition=models.Q(("actor", models.F("parent")), _negated=True),
                name="actor_is_not_its_own_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["country", "adm1"])), name="area_level_is_a_known_code"
            ),
        ),
        migrations.AddIndex(
            model_name="arearing",
            index=django.contrib.postgres.indexes.GistIndex(fields=["ring"], name="area_ring_by_outline"),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("known__isnull", True)), fields=["id"], name="change_unplaced"
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["known"], name="change_by_known"),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("historical", True), ("known_given__isnull", False)),
                    models.Q(("historical", False), ("known_given__isnull", True)),
                    _connector="OR",
                ),
                name="change_known_is_given_only_in_a_historical_load",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="change",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="840791064e660d7ed810303a47013ff6a9585218",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_ba76f",
                    table="tracker_change",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="change",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="89a17cbf76b8689cc3c01471d6f7cb57af316d4f",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_4ef56",
                    table="tracker_change",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="change",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."made" IS DISTINCT FROM (NEW."made") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."key_id" IS DISTINCT FROM (NEW."key_id") OR OLD."worker" IS DISTINCT FROM (NEW."worker") OR OLD."request_id" IS DISTINCT FROM (NEW."request_id") OR OLD."reassesses" IS DISTINCT FROM (NEW."reassesses") OR OLD."historical" IS DISTINCT FROM (NEW."historical") OR OLD."known_given" IS DISTINCT FROM (NEW."known_given") OR OLD."known_basis" IS DISTINCT FROM (NEW."known_basis"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="54bc699dc31bae575743aef3faefc80ec798e4f0",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_0caa3",
                    table="tracker_change",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="change",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF (OLD.known IS NOT NULL AND NEW.known IS DISTINCT FROM OLD.known) THEN RAISE EXCEPTION 'pgtrigger: Cannot rewrite a value in % table', TG_TABLE_NAME; END IF; RETURN NEW;",
                    hash="ccc2077df59e25797f5bb57cda7c91bf6b8ebf98",
                    operation="UPDATE",
                    pgid="pgtrigger_written_once_37eb6",
                    table="tracker_change",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["subject"], name="audit_entry_by_subject"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["change"], name="audit_entry_by_change"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditentry",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="2192a9bcb2fe95b0478003e634756d9b482596ad",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_399c1",
                    table="tracker_auditentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditentry",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="8cfcd1db8a4fcff0716e2b0f80769d9b1c33964e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_cf60c",
                    table="tracker_auditentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditentry",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="99c8f8694e72276fc29f59f146fbc70672a2117e",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_fd42d",
                    table="tracker_auditentry",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="casualty",
            constraint=models.UniqueConstraint(
                fields=("claim", "group", "effect"), name="casualty_is_given_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="casualty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minimum__isnull", True),
                    ("maximum__isnull", True),
                    ("maximum__gte", models.F("minimum")),
                    _connector="OR",
                ),
                name="casualty_minimum_is_not_above_maximum",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="casualty",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="901c54d7e5399e3a882d5fe6df98650bc5d33a06",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_3f9a8",
                    table="tracker_casualty",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="casualty",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="6ee9b0e2c011139a2be415651141bea23f43ccee",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_e6a03",
                    table="tracker_casualty",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="casualty",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="1eed103e47575e72dbed7df09f37b44937906067",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_86d3c",
                    table="tracker_casualty",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incident",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="961cf318b7a172779b9132fe48bbae65e2a1d448",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_aacfd",
                    table="tracker_incident",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incident",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="fff86a5fa07b83b6d225fa8799a3a323301c2ff4",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_61134",
                    table="tracker_incident",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incident",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="c318c629533e85cc735bba202c5a6dd40c90306e",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_5d11c",
                    table="tracker_incident",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentmerge",
            constraint=models.UniqueConstraint(fields=("incident",), name="incident_is_merged_once"),
        ),
        migrations.AddConstraint(
            model_name="incidentmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("incident", models.F("into")), _negated=True),
                name="incident_is_not_merged_into_itself",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incidentmerge",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="bfd675985f96cd250b7c11a99744d4a7127d00d7",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_ba03f",
                    table="tracker_incidentmerge",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incidentmerge",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="e1f2f2e515c87e800280ce2759c703bbe8d9c025",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_dcd79",
                    table="tracker_incidentmerge",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incidentmerge",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="cb3760a83a712e069f234f59642a11511ffda612",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_d07b1",
                    table="tracker_incidentmerge",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="publication",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="bd5722c7400091f154e8f3cec5d940d100e3b1b5",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_168c6",
                    table="tracker_publication",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="publication",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="545607aa3540e0d4eedc186698ab0e90d2d98df1",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_0ac5c",
                    table="tracker_publication",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="publication",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9e827fa79092c04f9edb34135a6b6b8e3a8ad95d",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_54d18",
                    table="tracker_publication",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incidentlink",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="8d9e6889c16e9ed328e53b4554947c4d30257404",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_6d8e2",
                    table="tracker_incidentlink",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incidentlink",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="26995e69ef8850d5e9acc7639c7a2a4e344821ad",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_82ab1",
                    table="tracker_incidentlink",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incidentlink",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="d8e8296afaf1aa47ec05430281c3e7dfd5e78216",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_23653",
                    table="tracker_incidentlink",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "occurred_precision__in",
                        ["exact", "hour", "day", "days", "week", "month", "year", "unknown"],
                    )
                ),
                name="claim_occurred_precision_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("intent__in", ["asserted", "denied", "not_stated"])),
                name="claim_intent_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "stance_event__in",
                        ["", "asserts", "admits", "claims_credit", "corroborates", "denies", "cannot_say"],
                    ),
                    (
                        "stance_actor__in",
                        ["", "asserts", "admits", "claims_credit", "corroborates", "denies", "cannot_say"],
                    ),
                ),
                name="claim_stances_are_known_codes",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("occurred_from__isnull", True), ("occurred_to__isnull", True)),
                    models.Q(
                        ("occurred_from__gte", "1900-01-01T00:00:00Z"),
                        ("occurred_to__gte", models.F("occurred_from")),
                    ),
                    _connector="OR",
                ),
                name="claim_occurred_is_an_interval",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("place_lat__isnull", True), ("place_lon__isnull", True)),
                    models.Q(("place_lat__range", (-90, 90)), ("place_lon__range", (-180, 180))),
                    _connector="OR",
                ),
                name="claim_place_is_on_earth",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("place_precision__isnull", True), ("place_precision__range", (1, 7)), _connector="OR"
                ),
                name="claim_place_precision_is_1_to_7",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credibility__isnull", True), ("credibility__range", (1, 6)), _connector="OR"
                ),
                name="claim_credibility_is_1_to_6",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="claim",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="2d266effeed350755c38a315a73ac60902df80ac",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_68d34",
                    table="tracker_claim",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="claim",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="025f6c23df1d1f6176c7d68d60538a7e8866f24a",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_45e0d",
                    table="tracker_claim",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="claim",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="76d9c98392a674b2d51dc2d125bd68fb3d56ac8f",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_e66af",
                    table="tracker_claim",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="accessreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credibility__isnull", True), ("credibility__range", (1, 6)), _connector="OR"
                ),
                name="access_report_credibility_is_1_to_6",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accessreport",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="b03b249a7cda59fd4170918cbeae49d3781ea9ff",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_af3fd",
                    table="tracker_accessreport",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accessreport",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="2522c297f8da1aaa210dbd3742076404eb586ae7",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_8ff8f",
                    table="tracker_accessreport",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accessreport",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="86e99082e4bcdd480136325e4ceff78b0aae2710",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_8bf5c",
                    table="tracker_accessreport",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="rulingreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("reviewed_by", ""), _negated=True),
                name="ruling_review_names_its_reviewer",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulingreview",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="c6de3b454b742350a1d5bbbf8cbe17ee39b3a657",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_3b701",
                    table="tracker_rulingreview",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulingreview",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="851e0631fbdc630ecee3de5326da4080a4acb9ec",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_2b6d2",
                    table="tracker_rulingreview",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulingreview",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="3b3c082ade5b7aa9170b60fa9f856f53200e9c1a",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_22f52",
                    table="tracker_rulingreview",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulingreview",
            trigger=pgtrigger.compiler.Trigger(
                name="by_another_person",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE assessor text;",
                    func="SELECT assessed_by INTO assessor FROM tracker_ruling WHERE id = NEW.ruling_id; IF assessor = NEW.reviewed_by THEN RAISE EXCEPTION 'a ruling is reviewed by another person than the one who made it'; END IF; RETURN NEW;",
                    hash="eac90cfa64e9b3736c507f8d930355586467bd94",
                    operation="INSERT",
                    pgid="pgtrigger_by_another_person_15c24",
                    table="tracker_rulingreview",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="screening",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["screened_in", "set_aside"])),
                name="screening_outcome_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="screening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome", "screened_in"), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="screening_that_sets_aside_gives_its_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="screening",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="758a4cc482b7e2dd8177c6afd392816f3e9bfceb",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_a0ef4",
                    table="tracker_screening",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="screening",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="c894cc152db6b3c4c2d02107d2f53d2875ee9b81",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_35770",
                    table="tracker_screening",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="screening",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="6534e89eeb1b65af10a5e8e1796fcb74b29d437b",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_1a1a4",
                    table="tracker_screening",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["party", "state_media", "monitor", "un", "press", "social", "own_field_staff"],
                    )
                ),
                name="source_kind_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reliability__in", ["A", "B", "C", "D", "E", "F"]),
                    ("reliability__isnull", True),
                    _connector="OR",
                ),
                name="source_reliability_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(("visibility__in", ["public", "partners", "restricted"])),
                name="source_visibility_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("protected", False), models.Q(("visibility", "public"), _negated=True), _connector="OR"
                ),
                name="source_protected_is_not_public",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "scopes__contained_by",
                        ["violations:read", "reports:write", "reports:publish", "restricted:read"],
                    )
                ),
                name="api_key_scopes_are_known_codes",
            ),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("start"))), name="tally_ends_after_it_starts"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tally",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="eee680d38c9dfcc06bfc77d85d206bd0b56ce609",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_12a77",
                    table="tracker_tally",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tally",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="b69b5b529ecf18c6992784567dfc17387d254035",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_0a289",
                    table="tracker_tally",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tally",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="e870bf26a64df6d58339d7098ac89518bb56ee75",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_9ecec",
                    table="tracker_tally",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="tallycount",
            constraint=models.UniqueConstraint(fields=("tally", "what"), name="tally_counts_a_thing_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tallycount",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="9a0112b9976970c401db1f3f2e57549fe1fc6f92",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_9d33c",
                    table="tracker_tallycount",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tallycount",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="6dc1bdce952f0c10db63270621587c8bddd36107",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_18593",
                    table="tracker_tallycount",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tallycount",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="ade6bce658373d0647722fdb4feb47f1285cfd13",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_8ea9c",
                    table="tracker_tallycount",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statement",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="1450c789b93f83fee2c57f9721dee93526133378",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_f1631",
                    table="tracker_statement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statement",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="eb18f057f45400ce2470c27ada0b885c1923ae02",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_b600e",
                    table="tracker_statement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statement",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="ae8c75fa5adbc26e24a8c344bf22a6df18eb6446",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_73c2f",
                    table="tracker_statement",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "violation",
                            "no_violation",
                            "outside_truce",
                            "insufficient_evidence",
                            "suspended",
                            "under_inquiry",
                        ],
                    )
                ),
                name="ruling_outcome_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ["not_asked", "asked", "answered", "no_answer"])),
                name="ruling_answer_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.CheckConstraint(
                condition=models.Q(("visibility__in", ["public", "partners", "restricted"])),
                name="ruling_visibility_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="ruling_gives_its_reason"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ruling",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="9e77774cf0de8d42d65c531427c8a2512e90dbed",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_8b828",
                    table="tracker_ruling",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ruling",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="41669aefc75e766ea9caede2e0cad7b5e13f484f",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_34cf5",
                    table="tracker_ruling",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ruling",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="c0b3a67dee58c0daee3bdb4d7b3f5f51efdcf8c5",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_51310",
                    table="tracker_ruling",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="truce",
            index=models.Index(
                condition=models.Q(("revision__gt", models.F("assessed_revision"))),
                fields=["id"],
                name="truce_behind",
            ),
        ),
        migrations.AddIndex(
            model_name="truce",
            index=models.Index(
                condition=models.Q(("next_moment__isnull", False)),
                fields=["next_moment"],
                name="truce_next_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="truce",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("truce_class__in", ["cessation_of_hostilities", "preliminary", "definitive"])
                ),
                name="truce_truce_class_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="truce",
            constraint=models.CheckConstraint(
                condition=models.Q(("headline_reading__in", ["alleged", "corroborated", "ruled"])),
                name="truce_headline_reading_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="truce",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends__isnull", True), ("ends__gt", models.F("in_force_from")), _connector="OR"
                ),
                name="truce_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="truce",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("renewal_step__isnull", True),
                    ("renewal_step__gt", datetime.timedelta(0)),
                    _connector="OR",
                ),
                name="truce_renewal_step_is_positive",
            ),
        ),
        migrations.AddIndex(
            model_name="transition",
            index=models.Index(
                condition=models.Q(("superseded__isnull", True)),
                fields=["truce", "view", "known", "id"],
                name="transition_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="transition",
            constraint=models.CheckConstraint(
                condition=models.Q(("view__in", ["public", "full"])), name="transition_view_is_a_known_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="transition",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded__isnull", True)),
                fields=("truce", "term", "reading", "view", "known"),
                name="transition_is_one_at_a_moment",
                nulls_distinct=False,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transition",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="082f265f280a56f7bf9ba5c38dc79f2d11a697c1",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_05dc7",
                    table="tracker_transition",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transition",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="ebefc28394cb1b1eefa1770b40b32fe64a5f1268",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_2b597",
                    table="tracker_transition",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transition",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."truce_id" IS DISTINCT FROM (NEW."truce_id") OR OLD."term_id" IS DISTINCT FROM (NEW."term_id") OR OLD."reading" IS DISTINCT FROM (NEW."reading") OR OLD."view" IS DISTINCT FROM (NEW."view") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."since" IS DISTINCT FROM (NEW."since") OR OLD."known" IS DISTINCT FROM (NEW."known") OR OLD."message" IS DISTINCT FROM (NEW."message") OR OLD."values" IS DISTINCT FROM (NEW."values") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence") OR OLD."change_id" IS DISTINCT FROM (NEW."change_id") OR OLD."supersedes_id" IS DISTINCT FROM (NEW."supersedes_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="97a9a1870cca74702c62301a9f46895ad332790f",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_a329b",
                    table="tracker_transition",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transition",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF (OLD.superseded IS NOT NULL AND NEW.superseded IS DISTINCT FROM OLD.superseded) THEN RAISE EXCEPTION 'pgtrigger: Cannot rewrite a value in % table', TG_TABLE_NAME; END IF; RETURN NEW;",
                    hash="288bea1135b409714bba33d6183781fce0955143",
                    operation="UPDATE",
                    pgid="pgtrigger_written_once_b02b1",
                    table="tracker_transition",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__in", ["agreement", "tracker"])), name="term_basis_is_a_known_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.UniqueConstraint(
                fields=("truce", "ref"), name="term_ref_is_unique_in_its_truce"
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(
                    ("counts", True), ("restarts_at__isnull", False), ("superseded__isnull", True)
                ),
                fields=["truce", "view", "reading", "term", "restarts_at"],
                include=("restarts_at_best", "occurred_to", "known", "until", "incident"),
                name="standing_by_restart",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(
                    ("counts", True), ("restarts_at__isnull", False), ("superseded__isnull", True)
                ),
                fields=["truce", "view", "reading", "term", "restarts_at_best"],
                include=("restarts_at", "occurred_to", "known", "until", "incident"),
                name="standing_by_restart_at_best",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("counts", True), ("superseded__isnull", True)),
                fields=["truce", "view", "reading", "term", "occurred_to"],
                include=("known", "until"),
                name="standing_by_occurrence",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("reading", "alleged"), ("superseded__isnull", True)),
                fields=["truce", "view", "occurred_to"],
                include=("known", "until", "incident", "counts"),
                name="standing_latest",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("counts", True), ("superseded__isnull", True), ("unplaced", True)),
                fields=["truce", "view", "reading", "term", "occurred_to"],
                name="standing_unplaced",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(
                    ("reading", "alleged"),
                    ("superseded__isnull", True),
                    models.Q(("coverage", "covered"), _negated=True),
                ),
                fields=["truce", "view", "term", "coverage"],
                include=("occurred_to", "known", "until"),
                name="standing_not_counted",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("superseded__isnull", True)),
                fields=["truce", "view", "known"],
                name="standing_by_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(("view__in", ["public", "full"])), name="standing_view_is_a_known_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(("reading__in", ["alleged", "corroborated", "ruled"])),
                name="standing_reading_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True), ("until__gt", models.F("known")), _connector="OR"
                ),
                name="standing_known_range_is_not_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded__isnull", True)),
                fields=("incident", "term", "reading", "view", "known"),
                name="standing_is_one_at_a_time",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="standing",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="74919fda628fc0c8cea8704c1113fff604cd3fdc",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_502b5",
                    table="tracker_standing",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="standing",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="fbdd03670d1da51423fe2413e8ede9183fa61f06",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_241a8",
                    table="tracker_standing",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="standing",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."incident_id" IS DISTINCT FROM (NEW."incident_id") OR OLD."truce_id" IS DISTINCT FROM (NEW."truce_id") OR OLD."term_id" IS DISTINCT FROM (NEW."term_id") OR OLD."reading" IS DISTINCT FROM (NEW."reading") OR OLD."view" IS DISTINCT FROM (NEW."view") OR OLD."known" IS DISTINCT FROM (NEW."known") OR OLD."supersedes_id" IS DISTINCT FROM (NEW."supersedes_id") OR OLD."counts" IS DISTINCT FROM (NEW."counts") OR OLD."coverage" IS DISTINCT FROM (NEW."coverage") OR OLD."occurred_from" IS DISTINCT FROM (NEW."occurred_from") OR OLD."occurred_to" IS DISTINCT FROM (NEW."occurred_to") OR OLD."restarts_at" IS DISTINCT FROM (NEW."restarts_at") OR OLD."restarts_at_best" IS DISTINCT FROM (NEW."restarts_at_best") OR OLD."unplaced" IS DISTINCT FROM (NEW."unplaced") OR OLD."grade" IS DISTINCT FROM (NEW."grade") OR OLD."severity" IS DISTINCT FROM (NEW."severity") OR OLD."ruled" IS DISTINCT FROM (NEW."ruled") OR OLD."accepted" IS DISTINCT FROM (NEW."accepted") OR OLD."alleged" IS DISTINCT FROM (NEW."alleged") OR OLD."why" IS DISTINCT FROM (NEW."why") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence") OR OLD."details" IS DISTINCT FROM (NEW."details"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="d23bcb384ae53cbf9c570e8f1c9c95478e88cf46",
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
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF (OLD.until IS NOT NULL AND NEW.until IS DISTINCT FROM OLD.until) OR (OLD.superseded IS NOT NULL AND NEW.superseded IS DISTINCT FROM OLD.superseded) THEN RAISE EXCEPTION 'pgtrigger: Cannot rewrite a value in % table', TG_TABLE_NAME; END IF; RETURN NEW;",
                    hash="d1ff9c9bdc9e66468899f2ef8a8ab325a89a778e",
                    operation="UPDATE",
                    pgid="pgtrigger_written_once_bb027",
                    table="tracker_standing",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reporttruce",
            constraint=models.UniqueConstraint(
                fields=("report", "truce"), name="report_concerns_a_truce_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reporttruce",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="864f19b77832ffee39814d71f2e19f0fe06ecd58",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_60af1",
                    table="tracker_reporttruce",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reporttruce",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="a3ff86679deea6e838ceafc1d25e1eb6fdea0fa3",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_c045f",
                    table="tracker_reporttruce",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reporttruce",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="d8416869934b2a89ed98b8922821332039ecd064",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_f9829",
                    table="tracker_reporttruce",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["-id"], name="report_newest_first"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["change"], name="report_by_change"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["incident", "access", "tally", "statement"])),
                name="report_kind_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("visibility__in", ["public", "partners", "restricted"])),
                name="report_visibility_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("consent__in", ["public", "partners", "accountability"]),
                    ("consent__isnull", True),
                    _connector="OR",
                ),
                name="report_consent_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                fields=("source", "external_id", "revision"), name="report_revision_of_a_source_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(fields=("supersedes",), name="report_is_superseded_once"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published__isnull", True), ("published__gte", "1900-01-01T00:00:00Z"), _connector="OR"
                ),
                name="report_published_is_not_before_1900",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="6341e7e5b8e26e66897b7c5017f4e073bf2ffb21",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_bae2b",
                    table="tracker_report",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="279e7788760db1309dfbbacb0e3d41f1ee98db8a",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_2c4a4",
                    table="tracker_report",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="8039694925ac1820900df933c635f987f455839e",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_36b1a",
                    table="tracker_report",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["guarantor", "party", "mediator", "monitor"])),
                name="party_role_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(("coverage__in", ["bound", "not_accepted", "excluded", "assumed"])),
                name="party_coverage_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__in", ["agreement", "tracker"])),
                name="party_basis_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("truce", "="),
                    ("actor", "="),
                    (
                        tracker.models.truce.TstzRange(
                            "start", "until", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="party_memberships_do_not_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="observationwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(("visibility__in", ["public", "partners", "restricted"])),
                name="observationwindow_visibility_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="observationwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("start"))),
                name="observation_window_ends_after_it_starts",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="observationwindow",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="4a66a2135ba48b9aea2958c6c5eba2cdb783b5cd",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_6fb81",
                    table="tracker_observationwindow",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="observationwindow",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="af206fd9b7f5f56c5c2085c122aeb9654f95606c",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_a8f53",
                    table="tracker_observationwindow",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="observationwindow",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="311ee195f6e979cd633eeae676e59a646b64c5bc",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_967b2",
                    table="tracker_observationwindow",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        ["viewer", "reporter", "analyst", "reviewer", "coordinator", "administrator"],
                    )
                ),
                name="membership_role_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=("person", "organisation", "truce"),
                name="membership_is_held_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(fields=["truce", "view", "position"], name="log_entry_by_truce"),
        ),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(fields=["subject"], name="log_entry_by_subject"),
        ),
        migrations.AddConstraint(
            model_name="logentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("view__in", ["public", "full"])), name="logentry_view_is_a_known_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="logentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "type__in",
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
                name="logentry_type_is_a_known_code",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="logentry",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="7fec2670b3937487295f4fcd2c90ab2ed93ca26a",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_af56a",
                    table="tracker_logentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="logentry",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="93806aa0df22963abfed50c26ee9a16d83c3e29e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_0c643",
                    table="tracker_logentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="logentry",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="3b4214a1629fbe106caa8f07cd21b2b5fec0a061",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_63f78",
                    table="tracker_logentry",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="logdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(("view__in", ["public", "full"])), name="logdraft_view_is_a_known_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="logdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "type__in",
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
                name="logdraft_type_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["offered", "announced", "declined", "lapsed", "withdrawn"])
                ),
                name="extension_state_is_a_known_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("length__gt", datetime.timedelta(0))), name="extension_length_is_positive"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extension",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="8be3331b4ec7a69035d6884327a3d93daa2b09ac",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_e52b5",
                    table="tracker_extension",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extension",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="004007e5682347755c2b8c26b02bdc2561ad936e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_b1f38",
                    table="tracker_extension",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extension",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="f50905415df4fc9927bcadbad7228c09e7385900",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_763f1",
                    table="tracker_extension",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="dueincident",
            index=models.Index(fields=["truce", "change"], name="due_incident_by_truce"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="declaration",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="a0ba16d994276a46c19bb8756d11001ed5c8cbc7",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_7ca4e",
                    table="tracker_declaration",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="declaration",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="6f8a6f89141569d81420b63362eeddc294cf2ca4",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_9d8f2",
                    table="tracker_declaration",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="declaration",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="18e5e4fda3d74bb7300ae2ca47e98e8f4e44eb35",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_36151",
                    table="tracker_declaration",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="convoy",
            constraint=models.UniqueConstraint(
                fields=("truce", "slug"), name="convoy_slug_is_unique_in_its_truce"
            ),
        ),
        migrations.AddConstraint(
            model_name="changetruce",
            constraint=models.UniqueConstraint(fields=("change", "truce"), name="change_names_a_truce_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="changetruce",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="7869dbf56986af3426728076145922f44fc7a586",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_df3f2",
                    table="tracker_changetruce",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="changetruce",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="584babb9c1b157121c8bf5c22daa95937f08495a",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_6986e",
                    table="tracker_changetruce",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="changetruce",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="dd8939364f295739b2dd1f798910014c7ae2b8d8",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_19bf3",
                    table="tracker_changetruce",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="trucedeclarer",
            constraint=models.UniqueConstraint(
                fields=("truce", "actor"), name="truce_declarer_is_named_once"
            ),
        ),
    ]
