FROM node:24-slim AS site
WORKDIR /src/pwa
COPY pwa/package.json pwa/package-lock.json ./
RUN npm ci
# Tests of the PWA read the shared vectors, and the build checks their types too.
COPY schemas /src/schemas
COPY sync /src/sync
COPY pwa ./
RUN npm run build

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SUICHA_HOME=/data \
    PORT=8000
RUN useradd --uid 10001 --home-dir /data --create-home suicha
WORKDIR /app
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir -r requirements/run.txt
COPY sync sync
COPY schemas schemas
COPY backend backend
COPY --from=site /src/pwa/dist pwa/dist
USER suicha
VOLUME /data
EXPOSE 8000
HEALTHCHECK --start-period=30s CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=3)"]
# SQLite allows one writing process. With PostgreSQL (SUICHA_DATABASE_URL) set WEB_CONCURRENCY for more.
CMD ["sh", "-c", "python -m backend migrate && exec gunicorn --bind 0.0.0.0:$PORT --threads 8 --worker-tmp-dir /dev/shm 'backend.app:create_app()'"]
