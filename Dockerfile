# One image for web server, worker and scheduler; compose.yaml says which command each runs.
FROM python:3.13-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends git libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 headwater \
    && install -d -o headwater /data /srv/git

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=config.settings.base DATA_DIR=/data
WORKDIR /app

COPY requirements.txt ./
RUN python -m pip install --no-cache-dir --require-hashes --no-deps --only-binary :all: -r requirements.txt

COPY . .
# The key below signs nothing: it is there for the length of this command.
RUN SECRET_KEY=build ALLOWED_HOSTS=build DATA_DIR=/tmp/build \
    python manage.py collectstatic --noinput --ignore admin --ignore rest_framework

USER headwater
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "1", \
     "--blocking-threads", "5", "--blocking-threads-idle-timeout", "600", "--no-ws", "--no-access-log", \
     "--log-level", "warning", "config.wsgi:application"]
