"""The rows: one file a noun, with fields, constraints and querysets; no rules."""

from .access import AccessReport, Convoy
from .actor import Actor, ActorAlias, ActorKind, ActorParent
from .api_key import ApiKey, Scope
from .area import Area, AreaLevel, AreaRing
from .audit import REPORT_TAKEN_DOWN, RULING_TAKEN_DOWN, TAKEN_DOWN, AuditEntry, AuditLink
from .change import Change, ChangeTruce, DueIncident
from .claim import Casualty, Claim, Intent, Precision, Stance
from .columns import AppendOnly, Basis, View, Visibility, new_reference
from .export import Export, ExportFormat, ExportState, ExportSubject
from .heartbeat import Heartbeat
from .incident import Incident, IncidentLink, IncidentMerge
from .log import PAYLOAD_VERSION, EntryType, LogDraft, LogEntry, LogHead, LogPayload
from .observation import ObservationWindow
from .person import Membership, Organisation, Person, Role, SignInLink
from .report import (
    Consent,
    DuePublication,
    Publication,
    Report,
    ReportKind,
    ReportTruce,
    Screening,
    ScreeningOutcome,
)
from .ruling import Outcome, PartyAnswer, Ruling, RulingReview, RulingTakedown
from .snapshot import Snapshot, SnapshotState
from .source import Reliability, Source, SourceKind
from .standing import Standing
from .standing_count import StandingCount
from .statement import Declaration, Extension, ExtensionState, Statement
from .tally import Tally, TallyCount
from .transition import Transition
from .truce import (
    Coverage,
    Party,
    PartyRole,
    Reading,
    Term,
    Truce,
    TruceClass,
    TruceDeclarer,
)
from .webhook import DisabledBecause, WebhookDelivery, WebhookEndpoint, WebhookMessage, WebhookState

__all__ = [
    "PAYLOAD_VERSION",
    "REPORT_TAKEN_DOWN",
    "RULING_TAKEN_DOWN",
    "TAKEN_DOWN",
    "AccessReport",
    "Actor",
    "ActorAlias",
    "ActorKind",
    "ActorParent",
    "ApiKey",
    "AppendOnly",
    "Area",
    "AreaLevel",
    "AreaRing",
    "AuditEntry",
    "AuditLink",
    "Basis",
    "Casualty",
    "Change",
    "ChangeTruce",
    "Claim",
    "Consent",
    "Convoy",
    "Coverage",
    "Declaration",
    "DisabledBecause",
    "DueIncident",
    "DuePublication",
    "EntryType",
    "Export",
    "ExportFormat",
    "ExportState",
    "ExportSubject",
    "Extension",
    "ExtensionState",
    "Heartbeat",
    "Incident",
    "IncidentLink",
    "IncidentMerge",
    "Intent",
    "LogDraft",
    "LogEntry",
    "LogHead",
    "LogPayload",
    "Membership",
    "ObservationWindow",
    "Organisation",
    "Outcome",
    "Party",
    "PartyAnswer",
    "PartyRole",
    "Person",
    "Precision",
    "Publication",
    "Reading",
    "Reliability",
    "Report",
    "ReportKind",
    "ReportTruce",
    "Role",
    "Ruling",
    "RulingReview",
    "RulingTakedown",
    "Scope",
    "Screening",
    "ScreeningOutcome",
    "SignInLink",
    "Snapshot",
    "SnapshotState",
    "Source",
    "SourceKind",
    "Stance",
    "Standing",
    "StandingCount",
    "Statement",
    "Tally",
    "TallyCount",
    "Term",
    "Transition",
    "Truce",
    "TruceClass",
    "TruceDeclarer",
    "View",
    "Visibility",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookMessage",
    "WebhookState",
    "new_reference",
]
