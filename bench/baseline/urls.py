"""The plain service: nested serializers, two viewsets, page numbers."""

from django.db import transaction
from django.urls import include, path
from rest_framework import routers, serializers, viewsets

from bench.baseline.models import Casualty, Claim, Incident, Report, Source, Truce


class CasualtySerializer(serializers.ModelSerializer):
    class Meta:
        model = Casualty
        fields = ["group", "effect", "min", "max"]


class ClaimSerializer(serializers.ModelSerializer):
    casualties = CasualtySerializer(many=True)

    class Meta:
        model = Claim
        exclude = ["report"]


class ReportSerializer(serializers.ModelSerializer):
    source = serializers.SlugRelatedField(slug_field="slug", queryset=Source.objects.all())
    truce = serializers.SlugRelatedField(slug_field="slug", queryset=Truce.objects.all())
    claim = ClaimSerializer()

    class Meta:
        model = Report
        fields = "__all__"
        read_only_fields = ["incident"]

    @transaction.atomic
    def create(self, validated_data):
        claim = validated_data.pop("claim")
        casualties = claim.pop("casualties")
        incident = Incident.objects.create(truce=validated_data["truce"])
        report = Report.objects.create(incident=incident, **validated_data)
        row = Claim.objects.create(report=report, **claim)
        Casualty.objects.bulk_create(Casualty(claim=row, **one) for one in casualties)
        return report


class IncidentSerializer(serializers.ModelSerializer):
    truce = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    reports = ReportSerializer(many=True, read_only=True)

    class Meta:
        model = Incident
        fields = "__all__"


class Reports(viewsets.ModelViewSet):
    queryset = (
        Report.objects.select_related("source", "truce", "claim")
        .prefetch_related("claim__casualties")
        .order_by("id")
    )
    serializer_class = ReportSerializer


class Incidents(viewsets.ModelViewSet):
    queryset = (
        Incident.objects.select_related("truce")
        .prefetch_related("reports__source", "reports__truce", "reports__claim__casualties")
        .order_by("id")
    )
    serializer_class = IncidentSerializer


router = routers.DefaultRouter()
router.register("reports", Reports)
router.register("incidents", Incidents)
urlpatterns = [path("", include(router.urls))]
