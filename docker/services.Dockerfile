# The four C++ images, one target each: the program and nothing else; no shell, no package manager.
# From the root of the repository: docker/build todo-be
#                              or: docker build -f docker/services.Dockerfile --target todo-be .
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
COPY tools/api-docs tools/api-docs
COPY docker/stage/compile docker/stage/
COPY libs libs
COPY services/CMakeLists.txt services/
COPY services/todo-be services/todo-be
COPY services/broadcaster services/broadcaster
COPY services/todo-cron services/todo-cron
ARG LANG=C.UTF-8
RUN --mount=type=cache,target=/root/.cache/ccache docker/stage/compile todo-be broadcaster todo-cron receiver
COPY docker/stage/collect docker/stage/sbom docker/stage/
ARG SOURCE_DATE_EPOCH=0
ARG VERSION=0.0.0
RUN for service in todo-be broadcaster todo-cron receiver; do \
        IMAGE_ROOT="/image/$service" docker/stage/collect "$service" "build/release/bin/$service" || exit 1; \
    done

FROM scratch AS common
USER 1001:1001
STOPSIGNAL SIGTERM
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ENV TIDINGS_COMMIT="${REVISION}"
LABEL org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"

FROM common AS todo-be
COPY --from=build /image/todo-be/ /
EXPOSE 8002 7777
ENTRYPOINT ["/usr/bin/todo-be"]
LABEL org.opencontainers.image.title="todo-be" \
      org.opencontainers.image.description="Tidings: the to-do API and the relay of its events"

FROM common AS broadcaster
COPY --from=build /image/broadcaster/ /
EXPOSE 8002 7777
ENTRYPOINT ["/usr/bin/broadcaster"]
LABEL org.opencontainers.image.title="broadcaster" \
      org.opencontainers.image.description="Tidings: delivers events as signed webhooks"

FROM common AS todo-cron
COPY --from=build /image/todo-cron/ /
EXPOSE 7777
ENTRYPOINT ["/usr/bin/todo-cron"]
LABEL org.opencontainers.image.title="todo-cron" \
      org.opencontainers.image.description="Tidings: adds a random Wikipedia article as a to-do"

FROM common AS receiver
COPY --from=build /image/receiver/ /
EXPOSE 8088 7777
ENTRYPOINT ["/usr/bin/receiver"]
LABEL org.opencontainers.image.title="receiver" \
      org.opencontainers.image.description="Tidings: shows and checks webhooks, for demonstrations"
