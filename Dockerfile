# Gatehouse on Node 24, as a user without rights. Everything that it keeps is in /data.
# 门房平台镜像：Node 24，非 root 用户；全部数据在 /data。

FROM node:24-bookworm-slim AS screens
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install script is run: what is native among the packages brings its binaries.
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY protocol protocol
COPY dashboards dashboards
RUN node node_modules/vite/bin/vite.js build dashboards --logLevel warn

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional packages are Node itself for machines that have another one.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-bookworm-slim
# Inside a container 127.0.0.1 is reached by nobody else; which addresses of the machine are open is said where ports are published.
ENV NODE_ENV=production \
    HTTP_HOST=0.0.0.0 \
    MQTT_HOST=0.0.0.0 \
    DATA_DIR=/data
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=packages /app/node_modules node_modules
COPY tools/run.mjs tools/healthy.mjs tools/
COPY protocol protocol
COPY broker broker
COPY services services
COPY flows flows
COPY --from=screens /app/dashboards/dist dashboards/dist
# A volume that is mounted here for the first time takes over the owner.
RUN mkdir /data /shared && chown node:node /data /shared
USER node
VOLUME /data
EXPOSE 3000 1883 8883
# After a long stop the journal is caught up before the doors open; until then the container counts as starting.
HEALTHCHECK --interval=15s --timeout=5s --start-period=10m --retries=4 CMD ["node", "tools/healthy.mjs"]
CMD ["node", "tools/run.mjs", "services/main.ts"]
