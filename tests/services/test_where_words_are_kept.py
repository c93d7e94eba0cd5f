"""Whatever holds words is reached by a takedown, corrected where it is, or never public: no new column of
words before that is said of it here."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from tracker.models.columns import ReferenceField

LONGEST_CODE = 80
WORDS = {
    "taken down with their report": {"Report", "Claim", "AccessReport", "Statement", "Change"},
    "taken down with their ruling": {"Ruling"},
    "purged by every takedown": {"LogDraft", "LogPayload"},
    "reference data, corrected where it is and read anew for each answer": {
        "Actor",
        "ActorAlias",
        "Area",
        "Convoy",
        "Party",
        "Source",
        "Term",
        "Truce",
    },
    "codes, figures and references alone": {"LogEntry", "Standing", "Transition"},
    "never public": {
        "ApiKey",
        "AuditEntry",
        "Export",
        "IncidentLink",
        "IncidentMerge",
        "Organisation",
        "Person",
        "Publication",
        "RulingReview",
        "RulingTakedown",
        "Screening",
        "WebhookEndpoint",
    },
}


def holds_words(field: models.Field) -> bool:
    if isinstance(field, (models.TextField, models.JSONField)):
        return True
    if not isinstance(field, models.CharField) or isinstance(field, (ReferenceField, models.SlugField)):
        return False
    return not field.choices and field.max_length > LONGEST_CODE


def test_of_every_table_with_words_it_is_said_how_they_are_taken_back():
    found = {
        model.__name__
        for model in apps.get_app_config("tracker").get_models()
        if any(holds_words(field) for field in model._meta.concrete_fields)
    }
    assert found == set().union(*WORDS.values())
