# syntax=docker/dockerfile:1
# The same set-up script as `make run`; tests/architecture/test_same_steps.py keeps the two from drifting apart.
ARG PYTHON=3.13-slim

FROM python:${PYTHON} AS build
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.cache,sharing=locked \
    python3 -m setup.bootstrap install --without-database \
    && rm -rf web/node_modules .local

FROM python:${PYTHON}
RUN useradd --system --uid 10001 --user-group --no-create-home hientruong \
    && install -d -o hientruong -g hientruong /data
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HIENTRUONG_HOST=0.0.0.0 \
    HIENTRUONG_PORT=8000 \
    HIENTRUONG_STATE_DIR=/data
USER hientruong
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["hientruong"]
CMD ["serve"]
