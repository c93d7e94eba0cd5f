"""What a page of another origin may do with the API (CORS): ask as readers do, and read the answer."""

READ_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Disposition, Content-Location, Content-Range, "
    "ETag, Link, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, "
    "X-Request-ID",
}
PREFLIGHT_HEADERS = {
    **READ_HEADERS,
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept-Language, Authorization, If-None-Match, If-Range, Last-Event-ID, "
    "Prefer, Range",
    "Access-Control-Max-Age": "86400",
}
