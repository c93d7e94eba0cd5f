"""Areas of the bundled base map, so that a place can be told to be inside one."""

from __future__ import annotations

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from .columns import one_of


class AreaLevel(models.TextChoices):
    COUNTRY = "country"
    ADM1 = "adm1"


class Area(models.Model):
    """A country or first-level division of the bundled base map. Its rings are ``AreaRing`` rows."""

    code = models.CharField(max_length=20, unique=True)
    level = models.CharField(max_length=10, choices=AreaLevel.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [one_of("level", AreaLevel)]

    def __str__(self) -> str:
        return self.code


class PolygonField(models.Field):
    """PostgreSQL's own ``polygon``: text of the form ``((lon,lat),…)``, WGS 84 degrees."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "polygon"


class AreaRing(models.Model):
    """One ring of an area's outline. A point lies in the area when an odd number of its rings hold it."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="rings")
    ring = PolygonField()

    class Meta:
        indexes = [
            # Serves the question which rings may hold some points. By the outlines themselves each candidate
            # would be gone over corner by corner.
            GistIndex(models.Func("ring", function="box"), name="area_ring_by_box")
        ]

    def __str__(self) -> str:
        return f"ring of {self.area}"
