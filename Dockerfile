# Tollgate in a container.
#   docker build -t tollgate .
#   docker run --rm -v tollgate:/var/lib/tollgate tollgate keys create --tenant acme --scope ingest,query,policy,admin
#   docker run -v tollgate:/var/lib/tollgate -p 4317:4317 -p 4318:4318 -p 4319:4319 tollgate
# Inside, it listens on every address, which the service refuses until there is an API key: make one first.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY instrumentation/package.json instrumentation/
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
WORKDIR /opt/tollgate
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist/src dist/src
COPY --from=build /build/dist/processor dist/processor
COPY --from=build /build/dist/page dist/page
RUN ln -s /opt/tollgate/dist/processor/main.js /usr/local/bin/tollgate \
  && mkdir -p /var/lib/tollgate && chown node:node /var/lib/tollgate
USER node
ENV NODE_ENV=production TOLLGATE_DATA_DIR=/var/lib/tollgate
VOLUME /var/lib/tollgate
EXPOSE 4317 4318 4319
# The store may be away for a while, and the service goes on by itself: only a process that does not answer is unhealthy.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4319/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tollgate"]
CMD ["serve", "--host", "0.0.0.0"]
