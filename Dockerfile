# The service for a machine with containers: the same processes as `make up`, on servers of their own.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=ceasefire.settings
WORKDIR /srv/ceasefire

COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock

COPY . .
# Static files are gathered once, with values that no running service has.
RUN SECRET_KEY=while-building ALLOWED_HOSTS=localhost DATABASE_URL=postgresql://none@127.0.0.1/none \
    REDIS_URL=redis://127.0.0.1/0 \
    sh -c 'python -m ceasefire.assets && python manage.py collectstatic --no-input --verbosity 0' \
    && useradd --system --no-create-home --uid 10001 ceasefire \
    && install -d -o ceasefire -g ceasefire var/media var/run

USER ceasefire
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", \
    "import urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': 'localhost'}), timeout=4)"]
CMD ["env", "MALLOC_MMAP_THRESHOLD_=8388608", "MALLOC_TRIM_THRESHOLD_=33554432", "MALLOC_ARENA_MAX=2", \
     "granian", "ceasefire.asgi:application", "--interface", "asgi", "--loop", "asyncio", "--backpressure", "10000", \
     "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--respawn-failed-workers", \
     "--workers-kill-timeout", "5", "--no-ws", "--log-level", "warning"]
