"""The API's description: the OpenAPI document, and the same as a page to read."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_update
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request

from tracker.api.resource import READ_HEADERS


class OpenApi(SpectacularAPIView):
    """OpenAPI 3.1, as JSON."""

    renderer_classes = [OpenApiJsonRenderer2]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in {**READ_HEADERS, "Cache-Control": "public, no-cache"}.items():
            response.headers[name] = value
        # Its words are in the language that the reader asks for, or once chose.
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


# The page's own style sheet sets styles on elements and draws icons from data addresses.
@method_decorator(csp_update({"style-src": ["'self'", "'unsafe-inline'"]}), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """The description as a page; its script is a file of its own, so that no inline script is needed."""
