"""The nouns, no more than a plain service has: nothing is append-only, derived, logged or audited."""

from django.db import models


class Source(models.Model):
    slug = models.SlugField(max_length=80, unique=True)


class Truce(models.Model):
    slug = models.SlugField(max_length=80, unique=True)


class Incident(models.Model):
    truce = models.ForeignKey(Truce, on_delete=models.PROTECT)
    created = models.DateTimeField(auto_now_add=True)


class Report(models.Model):
    source = models.ForeignKey(Source, on_delete=models.PROTECT)
    external_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    truce = models.ForeignKey(Truce, on_delete=models.PROTECT)
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="reports")
    published = models.DateTimeField(null=True)
    language = models.CharField(max_length=8)
    summary = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="report_of_a_source_is_unique")
        ]


class Claim(models.Model):
    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="claim")
    occurred_from = models.DateTimeField(null=True)
    occurred_to = models.DateTimeField(null=True)
    precision = models.CharField(max_length=8)
    place_name = models.CharField(max_length=300, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    act = models.CharField(max_length=40, blank=True)
    by = models.CharField(max_length=80, null=True, blank=True)
    against = models.CharField(max_length=80, null=True, blank=True)
    credibility = models.PositiveSmallIntegerField(null=True)


class Casualty(models.Model):
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="casualties")
    group = models.CharField(max_length=40, blank=True)
    effect = models.CharField(max_length=20)
    min = models.PositiveIntegerField(null=True)
    max = models.PositiveIntegerField(null=True)
