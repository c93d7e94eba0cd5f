"""The API's description: the OpenAPI document, and the same as a page to read."""

from __future__ import annotations

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from tracker.api.resource import Resource


class OpenApi(Resource, SpectacularAPIView):
    """OpenAPI 3.1, as JSON, with its words in the language that the reader asks for."""

    renderer_classes = (OpenApiJsonRenderer2,)  # type: ignore[assignment]


# The page's own style sheet sets styles on elements and draws icons from data addresses.
@method_decorator(csp_update({"style-src": ["'self'", "'unsafe-inline'"]}), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """The description as a page; its script is a file of its own, so that no inline script is needed."""
