from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TrackerConfig(AppConfig):
    name = "tracker"
    verbose_name = _("Ceasefire tracker")

    def ready(self) -> None:
        from tracker.services.prepared import never_compiled
        from tracker.services.roles import grant_application_role

        # The signal is sent once all apps are migrated, so the other apps' tables are there as well.
        post_migrate.connect(grant_application_role, sender=self, dispatch_uid="grant_application_role")
        connection_created.connect(never_compiled, dispatch_uid="never_compiled")
