#!/bin/bash
# Run once by the PostgreSQL image, as its superuser, when the data folder is new: the owner, who migrates,
# and the application, which may only add to what is append-only.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE ceasefire_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE ceasefire_app LOGIN PASSWORD :'app_password';
CREATE DATABASE ceasefire OWNER ceasefire_owner TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';
SQL
