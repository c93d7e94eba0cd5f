"""Plain administration of reference data. What is append-only, and every secret, is out of its reach."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from tracker.models import (
    Actor,
    ActorAlias,
    ActorParent,
    ApiKey,
    AuditEntry,
    Convoy,
    Membership,
    Organisation,
    Person,
    Report,
    Ruling,
    RulingReview,
    RulingTakedown,
    Screening,
    Source,
)
from tracker.services import protection
from tracker.services.authors import Author
from tracker.services.writing import writing

# Roles are held per truce (Membership); Django's own groups play no part.
admin.site.unregister(Group)


class ReadOnly(admin.ModelAdmin):
    """Rows that are shown and never changed here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Audited(admin.ModelAdmin):
    """Reference data that is changed here, each change with its audit entry in the same transaction."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._audit(request, obj, "added", message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._audit(request, obj, "changed", message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self._audit(request, obj, "removed", None)
        return super().log_deletions(request, queryset)

    def _audit(self, request: HttpRequest, obj: Any, verb: str, message: Any) -> None:
        subject = getattr(obj, "reference", None) or obj.slug
        assert isinstance(request.user, Person)  # nobody else comes this far
        with writing(Author.of_person(request.user), reassesses=False) as w:
            # The message names fields, never what was typed into them.
            w.audit(f"{obj._meta.model_name}.{verb}", subject, after={"by_hand": message})


class AliasInline(admin.TabularInline):
    model = ActorAlias
    extra = 0


class ParentInline(admin.TabularInline):
    model = ActorParent
    fk_name = "actor"
    extra = 0
    raw_id_fields = ("parent",)


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0


@admin.register(Actor)
class ActorAdmin(Audited):
    list_display = ("slug", "kind", "name")
    list_filter = ("kind",)
    search_fields = ("slug",)
    inlines = (AliasInline, ParentInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Actor | None = None) -> tuple[str, ...]:
        return ("slug",) if obj is not None else ()  # charters and reports name it


@admin.register(Source)
class SourceAdmin(Audited):
    list_display = ("slug", "kind", "reliability", "trusted", "protected", "visibility")
    list_filter = ("kind", "reliability", "trusted", "protected", "visibility")
    search_fields = ("slug",)
    autocomplete_fields = ("affiliation", "speaks_for")

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> tuple[str, ...]:
        # What verdicts were computed from is not altered under them: past answers would change.
        weighed = ("slug", "kind", "affiliation", "speaks_for", "reliability")
        return weighed if obj is not None and obj.reports.exists() else ()

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        before = Source.objects.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        if before is not None and protection.shows_otherwise(before, obj):
            assert isinstance(request.user, Person)
            protection.tell_anew(obj, Author.of_person(request.user))


@admin.register(Convoy)
class ConvoyAdmin(Audited):
    """Its words alone are changed here: what is said of it is in reports, and verdicts rest on the rest."""

    list_display = ("slug", "truce", "name")
    search_fields = ("slug", "reference")
    list_select_related = ("truce",)
    fields = ("slug", "truce", "name", "goods", "place_name")
    readonly_fields = ("slug", "truce")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Organisation)
class OrganisationAdmin(Audited):
    list_display = ("slug", "name")
    search_fields = ("slug",)


@admin.register(Person)
class PersonAdmin(Audited):
    """People and their roles. Passwords are set by the people themselves, never here."""

    list_display = ("email", "name", "organisation", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "organisation")
    search_fields = ("email", "name")
    fields = ("email", "name", "organisation", "language", "is_active", "is_staff", "last_login")
    readonly_fields = ("last_login",)
    inlines = (MembershipInline,)

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        obj.email = obj.email.lower()
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        # What a person did keeps naming them; who leaves is made inactive.
        return False


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly):
    """Keys as they are known: by name and first characters. They are made and revoked by services."""

    list_display = ("name", "prefix", "owner", "created", "expires", "revoked", "last_used")
    search_fields = ("name", "prefix")
    exclude = ("digest",)


@admin.register(Report)
class ReportAdmin(ReadOnly):
    list_display = ("reference", "source", "kind", "truce", "received", "visibility")
    list_filter = ("kind", "visibility")
    search_fields = ("reference", "external_id")
    list_select_related = ("source", "truce")
    show_full_result_count = False


@admin.register(Screening)
class ScreeningAdmin(ReadOnly):
    list_display = ("report", "outcome", "automatic", "change")
    list_filter = ("outcome", "automatic")
    list_select_related = ("report", "change")
    show_full_result_count = False


@admin.register(Ruling)
class RulingAdmin(ReadOnly):
    list_display = ("reference", "incident", "outcome")
    search_fields = ("reference",)
    show_full_result_count = False


@admin.register(RulingReview)
class RulingReviewAdmin(ReadOnly):
    list_display = ("ruling",)
    show_full_result_count = False


@admin.register(RulingTakedown)
class RulingTakedownAdmin(ReadOnly):
    list_display = ("ruling", "change")
    list_select_related = ("ruling", "change")
    show_full_result_count = False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    list_display = ("id", "recorded", "actor", "verb", "subject")
    search_fields = ("subject",)
    show_full_result_count = False
