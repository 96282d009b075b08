# The page behind nginx. A shell is inside because nginx's configuration is rendered at start (services/todo-fe/nginx/render.sh).
# From the root of the repository: docker/build todo-fe   (or: docker build -f docker/todo-fe.Dockerfile .)
ARG DEBIAN_IMAGE=debian:bookworm-20250520-slim@sha256:90522eeb7e5923ee2b871c639059537b30521272f10ca86fdbbbb2b75a8c40cd

FROM ${DEBIAN_IMAGE} AS build
ARG SOURCE_DIR=/src
WORKDIR ${SOURCE_DIR}
COPY tools/dev/say.sh tools/dev/packages.sh tools/dev/
COPY docker/stage/packages docker/stage/
RUN docker/stage/packages image-page
COPY tools/dev/node.sh tools/dev/
COPY tools/dev/node tools/dev/node
COPY docker/stage/page docker/stage/
COPY services/todo-fe/package.json services/todo-fe/package-lock.json services/todo-fe/.npmrc services/todo-fe/
RUN --mount=type=cache,target=/root/.npm docker/stage/page modules
COPY services/todo-fe services/todo-fe
RUN docker/stage/page build
COPY docker/stage/collect docker/stage/sbom docker/stage/
ARG SOURCE_DATE_EPOCH=0
ARG VERSION=0.0.0
RUN docker/stage/collect todo-fe /usr/sbin/nginx /bin/bash /usr/bin/envsubst /bin/cat /usr/bin/dirname /usr/bin/id /bin/mkdir

FROM scratch
COPY --from=build /image/ /
# The only folder it writes to: a volume, where the root is read-only.
ENV PATH=/usr/sbin:/usr/bin NGINX_DIR=/run/nginx DIST_DIR=/usr/share/todo-fe/page
USER 1001:1001
EXPOSE 8080 7777
STOPSIGNAL SIGQUIT
ENTRYPOINT ["/usr/share/todo-fe/nginx/start.sh"]
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="todo-fe" \
      org.opencontainers.image.description="Tidings: the page, and the way to the API on one origin" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
