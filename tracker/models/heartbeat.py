"""Signs of life of the processes that have no address of their own."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """When a process last said that it is alive: ``worker`` or ``scheduler``."""

    process = models.CharField(max_length=40, primary_key=True)
    beat = models.DateTimeField()

    def __str__(self) -> str:
        return self.process
