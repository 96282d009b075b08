# The demonstration receiver, for compose.yaml only.
# From the root of the repository: docker/build receiver   (or: docker build -f docker/receiver.Dockerfile .)
# The first stage is the same in all C++ images, so that they share its layers; tests/manifests/images holds it to that.
ARG DEBIAN_IMAGE=debian:bookworm-20250520-slim@sha256:90522eeb7e5923ee2b871c639059537b30521272f10ca86fdbbbb2b75a8c40cd

FROM ${DEBIAN_IMAGE} AS build
ARG SOURCE_DIR=/src
WORKDIR ${SOURCE_DIR}
COPY tools/dev/say.sh tools/dev/packages.sh tools/dev/
COPY docker/stage/packages docker/stage/
RUN docker/stage/packages build image-service
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY tools/CMakeLists.txt tools/
COPY tools/dev/build.sh tools/dev/
COPY tools/receiver tools/receiver
COPY docker/stage/compile docker/stage/
COPY libs libs
COPY services/CMakeLists.txt services/
COPY services/todo-be services/todo-be
COPY services/broadcaster services/broadcaster
COPY services/todo-cron services/todo-cron
ARG LANG=C.UTF-8
RUN --mount=type=cache,target=/root/.cache/ccache docker/stage/compile todo-be broadcaster todo-cron receiver
COPY docker/stage/collect docker/stage/sbom docker/stage/

FROM build AS image
ARG SOURCE_DATE_EPOCH=0
ARG VERSION=0.0.0
RUN docker/stage/collect receiver build/release/bin/receiver

FROM scratch
COPY --from=image /image/ /
USER 1001:1001
EXPOSE 8080 7777
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/receiver"]
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="receiver" \
      org.opencontainers.image.description="Tidings: shows and checks webhooks, for demonstrations" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
